// The extension in the editor's web extension host: a worker without Node, whose requests are subject to the page's rules.

import assert from 'node:assert/strict';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before, describe } from 'node:test';
import { root } from '../../extension/development/pins.mjs';
import { CHAT_MODELS } from '../gateway/gatewayConfiguration.mjs';
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

  before(async () => {
    files = await serve(root);
    stage = await startStage('web', { isConnected: false, isInstalled: false });
    ({ workbench } = stage);
  });
  after(async () => {
    await stage?.stop();
    await files?.stop();
  });

  /** The address of a loopback port as the page may use it: through the editor's own origin. */
  const throughEditor = (port) => `http://127.0.0.1:${stage.editor.port}/proxy/${port}`;

  scene(
    'installs from the web, activates and lists the models',
    () => workbench,
    async () => {
      await workbench.runCommand('Developer: Install Extension from Location...');
      await workbench.answerQuickInput(throughEditor(files.port));
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
});

/** Serves a folder's files on a free port. `paths` has all that was asked for. */
async function serve(folder) {
  const paths = new Set();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    paths.add(pathname);
    const file = join(folder, normalize(pathname));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    paths,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
