// The table of models against a real gateway: open, search, sort, filter, look at a model, say it better, hide, prefer, refresh.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { CHAT_MODELS } from '../gateway/gatewayConfiguration.mjs';
import { scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';

describe('the table of models', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let panel;

  before(async () => {
    stage = await startStage('models');
    ({ workbench } = stage);
  });
  after(() => stage?.stop());

  const grid = () => panel.locator('.grid');
  const ids = () => panel.locator('.grid-body .model-id').allTextContents();
  const row = (id) => panel.locator('.grid-body [role=row]', { has: panel.getByText(id, { exact: true }) });
  const says = (text) => panel.getByText(text).first().waitFor();
  const button = (name) => panel.getByRole('button', { name, exact: true });
  const detail = () => panel.locator('dialog');
  const stored = (name) => storedSettings(stage.editor)[`litellm-gateway.${name}`];

  scene(
    'is a command away, and shows what the gateway says of each model',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Show Models');
      panel = workbench.settingsPage;
      await panel.locator('.count').getByText(`${CHAT_MODELS.length} models`).waitFor();
      await says(/^Read .* from \/v1\/model\/info$/);
      const text = await row('balanced').textContent();
      assert.match(text, /openai.*64K.*8K.*–.*–.*2/, 'two deployments with other prices and limits are one model');
      assert.match(await row('claude-text').textContent(), /128K.*8K.*\$3\.00.*\$15\.00/);
      await workbench.picture('open');
    },
  );

  scene(
    'is searched, sorted and filtered',
    () => workbench,
    async () => {
      await panel.getByLabel('Search models').first().fill('claude');
      assert.deepEqual(await ids(), ['claude-redacted-thinking', 'claude-text', 'claude-thinking']);
      await panel.getByRole('columnheader', { name: 'Model' }).getByRole('button').click();
      assert.deepEqual(await ids(), ['claude-thinking', 'claude-text', 'claude-redacted-thinking']);
      await button('Images').click();
      await workbench.picture('searched');
      await button('Clear Filters').click();
      await panel.locator('#model-provider').selectOption({ label: 'anthropic (3)' });
      assert.equal((await ids()).length, 3);
      await button('Clear Filters').click();
      await panel.getByRole('columnheader', { name: 'Context' }).getByRole('button').click();
      assert.equal(await panel.getByRole('columnheader', { name: 'Context' }).getAttribute('aria-sort'), 'descending');
      await panel.getByRole('columnheader', { name: 'Model' }).getByRole('button').click();
    },
  );

  scene(
    'tells where each value of a model comes from, and takes a better one, which the picker shows',
    () => workbench,
    async () => {
      await panel.getByLabel('Search models').first().fill('unpriced');
      await row('unpriced').click();
      await detail().getByText('From the gateway').first().waitFor();
      await detail().getByText('Not stated').first().waitFor();
      await workbench.picture('detail');
      const field = (label) => detail().getByLabel(label, { exact: true });
      await field('Longest answer').fill('0.5');
      await detail().getByText('Type a whole number of at least 1.').waitFor();
      await workbench.picture('issue');
      await field('Longest answer').fill('');
      await field('Name').fill('Priced after all');
      await field('Input price').fill('2');
      await field('Output price').fill('6');
      await detail().getByRole('button', { name: 'Save' }).click();
      await detail().getByText('Saved. The list was read again.').waitFor();
      await detail().getByText('Your value').first().waitFor();
      await workbench.picture('overridden');
      assert.deepEqual(stored('modelOverrides'), {
        unpriced: { name: 'Priced after all', inputPrice: 2, outputPrice: 6 },
      });
      await detail().getByRole('button', { name: 'Close' }).click();
      assert.match(await row('unpriced').textContent(), /Your values.*\$2\.00.*\$6\.00/);
      await workbench.offers('Priced after all');
      await workbench.closePicker();
    },
  );

  scene(
    'hides a model from the picker, and brings it back',
    () => workbench,
    async () => {
      await panel.getByLabel('Search models').first().fill('stepwise');
      await row('stepwise').getByRole('button', { name: 'Hide: ' }).click();
      await says('stepwise is hidden in the model picker.');
      await until('it is in the settings', () => stored('hiddenModels')?.[0] === 'stepwise');
      await workbench.picture('hidden');
      await workbench.offersNot('stepwise');
      await workbench.closePicker();
      await button('Undo').click();
      await says('stepwise is shown in the model picker.');
      await workbench.offers('stepwise');
      await workbench.closePicker();
      assert.equal(stored('hiddenModels'), undefined);
    },
  );

  scene(
    'makes a favourite, which the picker marks',
    () => workbench,
    async () => {
      await panel.getByLabel('Search models').first().fill('claude-text');
      await row('claude-text').getByRole('button', { name: 'Add claude-text to the favorites' }).click();
      await says('claude-text is a favorite');
      await workbench.offers('★ claude-text');
      await workbench.picture('favourite');
      await workbench.closePicker();
      assert.deepEqual(stored('favoriteModels'), ['claude-text']);
      await button('Clear Filters').click();
    },
  );

  scene(
    'is refreshed; a gateway that fails leaves the list as it was, and says what is wrong',
    () => workbench,
    async () => {
      const asked = stage.relay.requests.filter(({ path }) => path === '/v1/model/info').length;
      await button('Refresh').click();
      await until('the gateway was asked', () => {
        return stage.relay.requests.filter(({ path }) => path === '/v1/model/info').length > asked;
      });
      await says(/^Read .* from \/v1\/model\/info$/);
      stage.relay.setRules([{ status: 401, json: { error: { message: 'Authentication Error, expired key' } } }]);
      await button('Refresh').click();
      await panel
        .locator('.list-state')
        .getByText(/API key/)
        .waitFor();
      await says(/^The list of .* is kept\.$/);
      await workbench.picture('kept');
      assert.ok((await ids()).length > 5);
      assert.ok(await grid().isVisible());
      assert.ok(!(await panel.locator('body').textContent()).includes(stage.gateway.masterKey));
    },
  );
});
