// From a fresh install to the first answer through the settings panel, as a new user goes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CHAT_MODELS } from '../gateway/gatewayConfiguration.mjs';
import { startStage, userSettings } from './stage.mjs';
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

  test('opens with three empty fields', async () => {
    assert.equal(await field('URL').inputValue(), '');
    assert.equal(await field('URL').getAttribute('placeholder'), 'http://localhost:4000');
    await workbench.picture('empty');
  });

  test('refuses an address that is none', async () => {
    await field('URL').fill('ftp://example.com');
    await says('http://');
    await workbench.picture('bad-address');
  });

  test('refreshes the models of the address and key that are typed, not saved', async () => {
    await field('URL').fill(stage.relay.baseUrl);
    await field('API key').fill(stage.gateway.masterKey);
    await button('Refresh').click();
    await says(`The gateway offers ${CHAT_MODELS.length} models.`);
    await field('Model ID').fill('text');
    await workbench.picture('refreshed');
    const { 'litellm-gateway.baseUrl': saved } = userSettings(stage.editor);
    assert.equal(saved, undefined, 'nothing is saved yet');
  });

  test('tests the connection step by step', async () => {
    await button('Test Connection').click();
    await says('The connection works.');
    await workbench.picture('tested');
  });

  test('saves, keeps the key out of the settings and never shows it again', async () => {
    await button('Save').click();
    await says('Saved');
    await until(
      'the address is in the settings',
      () => userSettings(stage.editor)['litellm-gateway.baseUrl'] === stage.relay.baseUrl,
    );
    assert.equal(userSettings(stage.editor)['litellm-gateway.modelId'], 'text');
    assert.ok(!JSON.stringify(userSettings(stage.editor)).includes(stage.gateway.masterKey));
    assert.equal(await field('API key').inputValue(), '');
    await workbench.picture('saved');
  });

  test('brings the models into the chat, and the first answer', async () => {
    await workbench.chooseModel('text');
    await workbench.ask('Say hello');
    await workbench.replyWith('Hello from the scripted upstream.');
    await workbench.settled();
    await workbench.picture('hello');
  });

  test('is remembered when the editor opens again', async () => {
    await workbench.open();
    await workbench.chooseModel('claude-text');
    await workbench.ask('Say hello again');
    await workbench.replyWith('Hello from the scripted upstream.');
    panel = await workbench.openSettings();
    await until('the saved address is shown', async () => (await field('URL').inputValue()) === stage.relay.baseUrl);
    assert.equal(await field('Model ID').inputValue(), 'text');
    assert.equal(await field('API key').inputValue(), '');
    await workbench.picture('again');
  });
});
