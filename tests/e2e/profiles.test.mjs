// Several gateways at once: two profiles with the same model name, a group that the editor keeps, and a workspace that would
// like to have the keys.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { startEditor } from '../../extension/development/editor.mjs';
import { packThis } from '../../extension/development/package.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';
import { openWorkbench } from './workbench.mjs';

const HOME_KEY = 'sk-home';
const GROUP_KEY = 'sk-group';

/** A gateway with the one model `text`, which says whose it is. */
function startOther(name) {
  const chunk = (delta, finish_reason = null) => ({
    id: 'x',
    model: 'text',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const row = { model_name: 'text', model_info: { mode: 'chat', max_input_tokens: 100_000, max_output_tokens: 4000 } };
  return startScriptedGateway([
    { when: { path: '/v1/model/info' }, status: 200, json: { data: [row] } },
    {
      when: { path: '/v1/chat/completions' },
      status: 200,
      sse: [chunk({ role: 'assistant', content: `Hello from ${name}.` }), chunk({}, 'stop'), '[DONE]'],
    },
  ]);
}

/** Settings of a workspace that would lead keys away, if they counted. */
function evilSettings({ baseUrl }) {
  const settings = {
    baseUrl,
    headers: { 'x-evil': 'yes' },
    extraBody: { evil: true },
    profiles: { evil: { name: 'Evil', baseUrl }, home: { name: 'Evil', baseUrl } },
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [`litellm-gateway.${name}`, value])),
  );
}

async function writeEvilSettings(workspace, evil) {
  await mkdir(join(workspace, '.vscode'));
  await writeFile(join(workspace, '.vscode', 'settings.json'), evilSettings(evil));
}

/** The keys that a gateway was sent, each once. */
const keysOf = ({ requests }) => [...new Set(requests.map(({ headers }) => headers.authorization))];
const chatsOf = ({ requests }) => requests.filter(({ path }) => path === '/v1/chat/completions');

describe('several gateways', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let panel;
  let home;
  let lab;
  let evil;

  before(async () => {
    [home, lab, evil] = await Promise.all([startOther('home'), startOther('the lab'), startOther('nowhere good')]);
    stage = await startStage('profiles', { isConnected: false });
    ({ workbench } = stage);
    // The workspace is trusted here, and its settings count no more for that.
    await writeEvilSettings(stage.workspace, evil);
    panel = await workbench.openSettings();
  });
  after(async () => {
    await stage?.stop();
    for (const other of [home, lab, evil]) await other?.stop();
  });

  const field = (label) => panel.getByLabel(label, { exact: true }).first();
  const button = (name) => panel.getByRole('button', { name, exact: true });
  const says = (text) => panel.getByText(text).first().waitFor();
  const profile = () => panel.getByRole('combobox', { name: 'Profile' });
  const name = async (press, text) => {
    await button(press).click();
    await field('Name of the profile').fill(text);
    await field('Name of the profile').press('Enter');
  };
  const save = async () => {
    await button('Save').click();
    await says(/^Saved: /);
  };
  const stored = () => storedSettings(stage.editor)['litellm-gateway.profiles'];

  scene(
    'are each saved under a name, with a key of their own',
    () => workbench,
    async () => {
      await field('URL').fill(stage.relay.baseUrl);
      await field('API key').fill(stage.gateway.masterKey);
      await save();
      await name('Rename', 'Work');
      await says('Renamed.');
      await name('Add', 'Home');
      await says('Added "Home".');
      assert.equal(await field('URL').inputValue(), '');
      await field('URL').fill(home.baseUrl);
      await field('API key').fill(HOME_KEY);
      await workbench.picture('second-profile');
      await save();
      await until('both are in the settings', () => stored()?.home?.baseUrl === home.baseUrl);
      assert.deepEqual(stored(), { default: { name: 'Work' }, home: { name: 'Home', baseUrl: home.baseUrl } });
      assert.ok(!JSON.stringify(storedSettings(stage.editor)).includes(HOME_KEY));
    },
  );

  scene(
    'offer the model that both have under two names, and are each asked with their own key',
    () => workbench,
    async () => {
      await workbench.offers('text (Work)');
      await workbench.picture('picker');
      await workbench.closePicker();
      await workbench.chooseModel('text (Work)');
      await workbench.ask('Who is there?');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
      await workbench.chooseModel('text (Home)');
      await workbench.ask('And who is there?');
      await workbench.replyWith('Hello from home.');
      await workbench.settled();
      await workbench.picture('both-answered');
      assert.deepEqual(keysOf(stage.relay), [`Bearer ${stage.gateway.masterKey}`]);
      assert.deepEqual(keysOf(home), [`Bearer ${HOME_KEY}`]);
      assert.ok(chatsOf(home).every(({ body }) => body.model === 'text'));
    },
  );

  scene(
    'can be renamed: the chosen model stays the chosen one',
    () => workbench,
    async () => {
      const before = chatsOf(home).length;
      await name('Rename', 'House');
      await says('Renamed.');
      await workbench.offers('text (House)');
      await workbench.closePicker();
      await workbench.ask('Still there?');
      await until('it is asked', () => chatsOf(home).length > before);
      await workbench.settled();
      assert.deepEqual(Object.keys(stored()), ['default', 'home']);
    },
  );

  scene(
    'can be deleted, and brought back with the key',
    () => workbench,
    async () => {
      await button('Delete').click();
      await says('Deleted "House".');
      await workbench.picture('deleted');
      await workbench.offers('text');
      await workbench.offersNot('text (');
      await workbench.closePicker();
      assert.deepEqual(stored(), { default: { name: 'Work' } });
      await button('Undo').click();
      await says('"House" is back.');
      await workbench.chooseModel('text (House)');
      const before = chatsOf(home).length;
      await workbench.ask('Back again?');
      await until('it is asked', () => chatsOf(home).length > before);
      await workbench.settled();
      assert.deepEqual(keysOf(home), [`Bearer ${HOME_KEY}`]);
    },
  );

  scene(
    'keep what was typed for one while another one is shown',
    () => workbench,
    async () => {
      await field('Model ID').fill('not-saved');
      await profile().selectOption('Work');
      await until('the other one is shown', async () => (await field('URL').inputValue()) === stage.relay.baseUrl);
      await profile().selectOption('House (unsaved changes)');
      await until('it is as it was left', async () => (await field('Model ID').inputValue()) === 'not-saved');
      await field('Model ID').fill('');
    },
  );

  scene(
    'include a group that the user adds in the editor itself, which the panel shows and does not change',
    () => workbench,
    async () => {
      await workbench.addGroup('LiteLLM URL and Key', 'Lab', [lab.baseUrl, GROUP_KEY]);
      await until('the group is asked for its models', () => lab.requests.length > 0);
      panel = await workbench.openSettings();
      await until('the panel lists it', async () => (await profile().textContent()).includes(lab.host));
      await profile().selectOption(lab.host);
      await says('This gateway was added in the editor');
      await workbench.picture('group');
      await workbench.chooseModel('text');
      await workbench.ask('Who is in the lab?');
      await workbench.replyWith('Hello from the lab.');
      await workbench.settled();
      assert.deepEqual(keysOf(lab), [`Bearer ${GROUP_KEY}`]);
    },
  );

  scene(
    'are none of the workspace: its settings lead no request and no key anywhere',
    () => workbench,
    async () => {
      assert.equal(evil.requests.length, 0);
      const all = [...stage.relay.requests, ...home.requests, ...lab.requests];
      assert.ok(all.length > 0);
      assert.ok(all.every(({ headers, body }) => headers['x-evil'] === undefined && body?.evil === undefined));
      const log = await workbench.outputText();
      for (const secret of [stage.gateway.masterKey, HOME_KEY, GROUP_KEY]) assert.ok(!log.includes(secret));
    },
  );
});

describe('a workspace that is not trusted', { timeout: 600_000 }, () => {
  const ends = [];
  let folder;
  let workbench;
  let home;
  let evil;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'litellm-gateway-untrusted-'));
    ends.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
    [home, evil] = await Promise.all([startOther('home'), startOther('nowhere good')]);
    ends.push(
      () => home.stop(),
      () => evil.stop(),
    );
    const workspace = join(folder, 'workspace');
    await mkdir(workspace);
    await writeEvilSettings(workspace, evil);
    const vsix = join(folder, 'extension.vsix');
    await packThis(vsix);
    const editor = await startEditor({
      workspace,
      vsix,
      chat: true,
      settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
      env: { LITELLM_BASE_URL: undefined, LITELLM_API_KEY: undefined, LITELLM_MODEL: undefined },
    });
    ends.push(() => editor.stop());
    workbench = await openWorkbench(editor.url, 'untrusted');
    ends.push(() => workbench.close());
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  scene(
    'gets the models of the user, and says nothing about where they come from',
    () => workbench,
    async () => {
      const panel = await workbench.openSettings();
      assert.equal(await panel.getByLabel('URL', { exact: true }).first().inputValue(), '');
      await panel.getByLabel('URL', { exact: true }).first().fill(home.baseUrl);
      await panel.getByLabel('API key', { exact: true }).first().fill(HOME_KEY);
      await panel.getByRole('button', { name: 'Save', exact: true }).click();
      await panel
        .getByText(/^Saved: /)
        .first()
        .waitFor();
      await workbench.runCommand('LiteLLM Gateway: Refresh Models');
      await workbench.page.getByText('1 model is ready in the chat.').first().waitFor();
      await workbench.picture('restricted');
      assert.deepEqual(keysOf(home), [`Bearer ${HOME_KEY}`]);
      assert.equal(evil.requests.length, 0);
      assert.ok(home.requests.every(({ headers }) => headers['x-evil'] === undefined));
    },
  );
});
