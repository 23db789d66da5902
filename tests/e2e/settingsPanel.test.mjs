// From a fresh install to the first answer through the settings panel, as a new user goes.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { CHAT_MODELS } from '../gateway/gatewayConfiguration.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { firstAnswer, scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';

describe('the settings panel', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let panel;

  before(async () => {
    stage = await startStage('settings', { isConnected: false });
    ({ workbench } = stage);
    panel = await workbench.openSettings();
  });
  after(() => stage?.stop());

  const field = (label) => panel.getByLabel(label, { exact: true }).first();
  const button = (name) => panel.getByRole('button', { name, exact: true });
  const says = (text) => panel.getByText(text, { exact: false }).first().waitFor();

  scene(
    'opens with three empty fields',
    () => workbench,
    async () => {
      assert.equal(await field('URL').inputValue(), '');
      assert.equal(await field('URL').getAttribute('placeholder'), 'http://localhost:4000');
      await workbench.picture('empty');
    },
  );

  scene(
    'refuses an address that is none',
    () => workbench,
    async () => {
      await field('URL').fill('ftp://example.com');
      await says('http://');
      await workbench.picture('bad-address');
    },
  );

  scene(
    'refreshes the models of the address and key that are typed, not saved',
    () => workbench,
    async () => {
      await field('URL').fill(stage.relay.baseUrl);
      await field('API key').fill(stage.gateway.masterKey);
      await button('Refresh').click();
      await says(`The gateway offers ${CHAT_MODELS.length} models.`);
      await field('Model ID').fill('text');
      await field('Model ID').press('Tab');
      await workbench.picture('refreshed');
      const { 'litellm-gateway.baseUrl': saved } = storedSettings(stage.editor);
      assert.equal(saved, undefined, 'nothing is saved yet');
    },
  );

  scene(
    'tests the connection step by step',
    () => workbench,
    async () => {
      await button('Test Connection').click();
      await says('The connection works.');
      await workbench.picture('tested');
    },
  );

  scene(
    'saves, keeps the key out of the settings and never shows it again',
    () => workbench,
    async () => {
      await button('Save').click();
      await says('Saved');
      await until(
        'the address is in the settings',
        () => storedSettings(stage.editor)['litellm-gateway.baseUrl'] === stage.relay.baseUrl,
      );
      assert.equal(storedSettings(stage.editor)['litellm-gateway.modelId'], 'text');
      assert.ok(!JSON.stringify(storedSettings(stage.editor)).includes(stage.gateway.masterKey));
      assert.equal(await field('API key').inputValue(), '');
      await workbench.picture('saved');
    },
  );

  firstAnswer(() => workbench);

  scene(
    'is remembered when the editor opens again',
    () => workbench,
    async () => {
      await workbench.open();
      await workbench.chooseModel('claude-text');
      await workbench.ask('Say hello again');
      await workbench.replyWith('Hello from the scripted upstream.');
      panel = await workbench.openSettings();
      await until('the saved address is shown', async () => (await field('URL').inputValue()) === stage.relay.baseUrl);
      assert.equal(await field('Model ID').inputValue(), 'text');
      assert.equal(await field('API key').inputValue(), '');
      await workbench.picture('again');
    },
  );

  scene(
    'sends the saved key to no other address that settings name, and asks for one, naming both',
    () => workbench,
    async () => {
      // As a container's description does: it writes the settings of the machine, while the key comes from the user's.
      const other = await startScriptedGateway([
        { status: 401, json: { error: { message: 'No api key passed in.' } } },
      ]);
      try {
        const file = join(stage.editor.userDataDir, 'Machine', 'settings.json');
        const settings = JSON.parse(readFileSync(file, 'utf8'));
        writeFileSync(file, JSON.stringify({ ...settings, 'litellm-gateway.baseUrl': other.baseUrl }));
        await until('the other gateway is asked', () => other.requests.length > 0);
        // The saved model is offered though nobody lists it now.
        await workbench.chooseModel('text');
        await workbench.ask('Say hello elsewhere');
        const words = `The saved API key is for ${stage.relay.baseUrl} and is not sent to ${other.baseUrl}.`;
        await workbench.replyWith(`${words} Enter the key for ${other.baseUrl}`);
        await workbench.settled();
        await panel.getByText(words).first().waitFor();
        await workbench.picture('other-address');
        assert.ok(other.requests.some(({ path }) => path === '/v1/chat/completions'));
        assert.ok(!JSON.stringify(other.requests).includes(stage.gateway.masterKey));
      } finally {
        await other.stop();
      }
    },
  );
});
