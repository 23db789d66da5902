// The extension in the editor's web extension host: a worker without Node, whose requests are subject to the page's rules.

import assert from 'node:assert/strict';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe } from 'node:test';
import { root } from '../../extension/development/pins.mjs';
import { CHAT_MODELS } from '../gateway/gatewayConfiguration.mjs';
import { createScenarios } from '../gateway/upstreamScenarios.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const MEDIA_TYPES = {
  '.json': 'application/json',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
};

describe('the web extension host', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let files;
  let neighbour;

  before(async () => {
    files = await serve(root);
    neighbour = await serve(join(root, 'tests/e2e/webNeighbour'));
    stage = await startStage('web', {
      isConnected: false,
      isInstalled: false,
      configuration: (standard) => ({
        ...standard,
        mcp_servers: { harbour: { url: 'http://127.0.0.1:9/mcp', transport: 'http' } },
      }),
    });
    ({ workbench } = stage);
  });
  after(async () => {
    await stage?.stop();
    await files?.stop();
    await neighbour?.stop();
  });

  /** The address of a loopback port as the page may use it: through the editor's own origin. */
  const throughEditor = (port) => `http://127.0.0.1:${stage.editor.port}/proxy/${port}`;

  scene(
    'installs from the web, activates and lists the models',
    () => workbench,
    async () => {
      await workbench.runCommand('Developer: Install Extension from Location...');
      await workbench.enter('Install Extension from Location', throughEditor(files.port));
      await until('the editor has asked for the web bundle', () => files.paths.has('/dist/extension.web.js'));
      const panel = await workbench.openSettings();
      assert.ok(files.paths.has('/dist/core_bg.wasm'), 'the core came from the web too');
      assert.ok(!files.paths.has('/dist/extension.js'), 'the bundle for Node has no business here');
      await panel.getByLabel('URL', { exact: true }).first().fill(throughEditor(stage.relay.port));
      await panel.getByLabel('API key', { exact: true }).first().fill(stage.gateway.masterKey);
      await panel.getByRole('button', { name: 'Refresh', exact: true }).click();
      await panel.getByText(`The gateway offers ${CHAT_MODELS.length} models.`).first().waitFor();
      await workbench.picture('models');
    },
  );

  scene(
    'says when the browser may not read what the gateway answers, and when it does not say why',
    () => workbench,
    async () => {
      const panel = workbench.settingsPage;
      const test = async (url) => {
        await panel.getByLabel('URL', { exact: true }).first().fill(url);
        await panel.getByRole('button', { name: 'Test Connection', exact: true }).click();
        await panel.getByText('The connection does not work yet.').first().waitFor();
        return (await panel.locator('.steps [data-state=failed] .text').allTextContents()).join(' ');
      };
      // LiteLLM's own answers allow every origin; this server's do not speak of one.
      const { port } = files;
      const address = `http://127.0.0.1:${port}`;
      assert.equal(await test(address), `${address} answers, but does not let this browser read its answer (CORS).`);
      await workbench.picture('cors');
      const closed = 'http://127.0.0.1:9';
      assert.equal(await test(closed), `${closed} could not be reached, and the browser does not say why.`);
      await workbench.picture('hidden');
      await panel.getByLabel('URL', { exact: true }).first().fill(throughEditor(stage.relay.port));
    },
  );

  scene(
    'talks to a model',
    () => workbench,
    async () => {
      const panel = workbench.settingsPage;
      await panel.getByLabel('Model ID', { exact: true }).first().fill('text');
      await panel.getByLabel('Model ID', { exact: true }).first().press('Tab');
      await panel.getByRole('button', { name: 'Test Connection', exact: true }).click();
      await panel.getByText('The connection works.').first().waitFor();
      await workbench.picture('tested');
      assert.equal(stage.upstream.requestsOf('text').length, 1);
    },
  );

  scene(
    'streams, counts, calls tools, stops and says what it cost, from a gateway of another origin that lets no header be read',
    () => workbench,
    async () => {
      const panel = workbench.settingsPage;
      await panel.getByLabel('URL', { exact: true }).first().fill(stage.relay.baseUrl);
      await panel.getByRole('button', { name: 'Save', exact: true }).first().click();
      await panel
        .getByText(/^Saved/)
        .first()
        .waitFor();
      await workbench.runCommand('Developer: Install Extension from Location...');
      await workbench.enter('Install Extension from Location', throughEditor(neighbour.port));
      for (const [name, scenario] of createScenarios()) stage.upstream.scenarios.set(name, scenario);

      const said = await neighbour.ask({ modelId: 'text', text: 'hello world' });
      assert.ok(said.isWorker);
      assert.ok(said.counted >= 2 && said.counted < 20, String(said.counted));
      assert.equal(textOf(said), 'Hello from the scripted upstream.');
      const { headers } = stage.relay.requests.findLast(
        ({ method, body }) => method === 'POST' && body?.model === 'text',
      );
      assert.ok(headers.origin, 'it came from a page');
      assert.match(headers['x-litellm-call-id'], /^[0-9a-f-]{36}$/, 'ours, since the reply hides its own');

      const step = neighbour.ask({ modelId: 'stepwise', text: 'In two steps, please' });
      await until('the first half is on its way', () => stage.upstream.requestsOf('stepwise').length > 0);
      stage.upstream.release();
      assert.equal(textOf(await step), 'The first half. The second half.');

      const tools = [{ name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object' } }];
      const { parts } = await neighbour.ask({ modelId: 'tool-call', text: 'Read a.txt', tools });
      assert.deepEqual(parts.find(({ call }) => call)?.call, 'read_file');

      await neighbour.ask({ modelId: 'endless', text: 'Never stop', stopAfter: 1 });
      const [endless] = stage.upstream.requestsOf('endless');
      await endless.closed;
      assert.equal(endless.answered, false);

      // How long to wait is hidden here, so it waits as long as it thinks right.
      assert.equal(textOf(await neighbour.ask({ modelId: 'rate-limit', text: 'Busy?' })), 'Now there is room.');
      const failed = await neighbour.ask({ modelId: 'context-window', text: 'Too much' }).catch((error) => error);
      assert.match(failed.message, /too long/);
      assert.doesNotMatch(failed.message, /\n\s*at /);

      const thought = await neighbour.ask({ modelId: 'claude-thinking', text: 'Think', tools });
      assert.ok(
        thought.parts.some(({ thinking }) => thinking === 'I need a tool.'),
        JSON.stringify(thought.parts),
      );

      // An answer that allows no origin is hidden from a page, which learns nothing else of it.
      const hidden = { when: { method: 'POST', path: '/v1/chat/completions' }, status: 200, json: {} };
      stage.relay.setRules([hidden, { forward: stage.gateway.baseUrl }]);
      const unread = await neighbour.ask({ modelId: 'text', text: 'Hidden?' }).catch((error) => error);
      stage.relay.setRules([{ forward: stage.gateway.baseUrl }]);
      assert.match(unread.message, /no connection to the gateway .* A browser does not say why; "Test Connection"/);
      assert.ok(!unread.message.includes(stage.gateway.masterKey));

      const trace = await workbench.outputText();
      await workbench.picture('trace');
      assert.match(trace, /text: .*· \$0\.\d+ \(by (usage|prices)\) .*finish stop/);
      assert.match(trace, /endless: .*stopped by the user/);
      await workbench.page.locator('.statusbar-item').filter({ hasText: '$0.' }).first().waitFor();

      const server = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'harbour' });
      await workbench.runCommand('MCP: List Servers');
      await server.first().waitFor();
      await workbench.picture('servers');
      await workbench.page.keyboard.press('Escape');
    },
  );
});

/** All text of an answer. */
function textOf({ parts }) {
  return parts.map(({ text, mimeType }) => (mimeType ? '' : (text ?? ''))).join('');
}

/**
 * Serves a folder's files on a free port. `paths` has all that was asked for. `ask` gives a task to an extension that was
 * installed from here, and its answer.
 */
async function serve(folder) {
  const paths = new Set();
  const tasks = [];
  const answers = [];
  let isStopped = false;
  const answerTask = async (response) => {
    await until('there is a task', () => tasks.length > 0 || isStopped || response.destroyed, 600_000);
    if (tasks.length === 0) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tasks.shift()));
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    paths.add(pathname);
    if (pathname === '/task') return answerTask(response);
    if (pathname === '/answer') {
      answers.shift()?.(await json(request));
      return response.end();
    }
    const file = join(folder, normalize(pathname));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    paths,
    async ask(task) {
      const answered = new Promise((resolve) => answers.push(resolve));
      tasks.push(task);
      const { value, error } = await answered;
      if (error) throw Object.assign(new Error(error.message), { stack: error.stack });
      return value;
    },
    stop: () => {
      isStopped = true;
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
