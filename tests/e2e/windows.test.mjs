// What happens to a chat while the world changes: another window, another setting, a reload, a gateway that goes and comes back.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const DONE = 'Hello from the scripted upstream.';

describe('windows, reloads and outages', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let upstream;
  let second;
  let back;

  before(async () => {
    stage = await startStage('windows');
    ({ workbench, upstream } = stage);
    // A reload in mid-stream asks whether to leave.
    workbench.page.on('dialog', (dialog) => dialog.accept());
  });
  after(async () => {
    await stage?.stop();
    await back?.stop();
  });

  const agentRequests = (scenario) => upstream.requestsOf(scenario).filter(({ body }) => body?.tools?.length > 0);

  /** Changes a setting of this machine, as its settings file is changed by another window or by hand. */
  async function configure(settings) {
    const folder = join(stage.editor.userDataDir, 'Machine');
    const file = join(folder, 'settings.json');
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify({ ...before, ...settings }));
  }

  scene(
    'a setting that changes in mid-stream holds from the next request on; the answer under way ends well',
    () => workbench,
    async () => {
      await workbench.chooseModel('stepwise');
      await workbench.ask('In two steps, please');
      await workbench.replyWith('The first half.');
      await configure({ 'litellm-gateway.temperature': 0.25 });
      // The window has read the file when a request that is made now says so.
      second = await workbench.openWindow('windows-second');
      await second.chooseModel('text');
      await until('the second window asks by the new setting', async () => {
        await second.ask('Say hello');
        await second.replyWith(DONE);
        await second.settled();
        return agentRequests('text').at(-1).body.temperature === 0.25;
      });
      upstream.release();
      await workbench.replyWith('The first half. The second half.');
      await workbench.settled();
      assert.equal(agentRequests('stepwise').at(-1).body.temperature, undefined);
      await workbench.chooseModel('text');
      await workbench.newChat();
      await workbench.ask('Say hello');
      await workbench.replyWith(DONE);
      await workbench.settled();
      assert.equal(agentRequests('text').at(-1).body.temperature, 0.25);
      await second.picture('followed');
    },
  );

  scene(
    'a window that is loaded anew in mid-stream lets go of its request, and goes on',
    () => workbench,
    async () => {
      await second.close();
      await workbench.chooseModel('endless');
      await workbench.ask('Never stop');
      await workbench.replyWith('word 5');
      const [request] = agentRequests('endless');
      await workbench.open();
      await request.closed;
      assert.equal(request.answered, false);
      await workbench.chooseModel('text');
      await workbench.ask('Say hello');
      await workbench.replyWith(DONE);
      await workbench.settled();
      await workbench.picture('loaded-anew');
    },
  );

  scene(
    'a gateway that goes leaves its models in the picker; when it is back, the chat answers without another step',
    () => workbench,
    async () => {
      const { port } = stage.relay;
      await stage.relay.stop();
      await workbench.newChat();
      await workbench.ask('Is anybody there?');
      await workbench.replyWith('There is no connection to the gateway');
      await workbench.settled();
      await workbench.offers('claude-text');
      await workbench.closePicker();
      await workbench.picture('offline');

      // A new window has the models, too.
      await workbench.open();
      await workbench.offers('claude-text');
      await workbench.closePicker();
      back = await startScriptedGateway([{ forward: stage.gateway.baseUrl }], { port });
      await workbench.ask('Say hello');
      await workbench.replyWith(DONE);
      await workbench.settled();
      await workbench.picture('back');
    },
  );

  scene(
    'a window that opens while the gateway does not answer for its list has models with their prices, and they answer',
    () => workbench,
    async () => {
      const lists = ['/v1/model/info', '/model_group/info', '/v1/models'];
      const forward = { forward: stage.gateway.baseUrl };
      back.setRules([...lists.map((path) => ({ when: { path }, raw: '', end: 'hang' })), forward]);
      await workbench.open();
      await workbench.chooseModel('text');
      const asked = agentRequests('text').length;
      await workbench.ask('Say hello');
      await workbench.replyWith(DONE);
      await workbench.settled();
      assert.equal(agentRequests('text').length, asked + 1);
      const trace = await workbench.outputText();
      await workbench.picture('no-list');
      assert.match(trace, /text: .*· \$0\.006652 \(by usage\) .*finish stop/);
      back.setRules([forward]);
    },
  );
});
