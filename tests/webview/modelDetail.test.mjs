/** The details of a model in the built page, and what the user says of it, also of one that the gateway does not list any more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, scriptedCatalogs, scriptedProfile, startBrowser, until } from './harness.mjs';
import { list, openModelPanel, variedModels } from './modelPanel.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const openModels = (options) => openModelPanel(browser, options);

test('the details hold every field with its origin, and the user may say it better', async () => {
  const panel = await openModels({ stored: { modelOverrides: { 'gpt-5': { surprise: 1 }, other: { maxTokens: 5 } } } });
  await panel.row('gpt-5').click();
  const fact = (name) =>
    panel.detail.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
  assert.match(await fact('Context window').textContent(), /272,000\s*From the gateway/);
  assert.match(await fact('Longest answer').textContent(), /8,192\s*Assumed/);
  assert.match(await fact('Family').textContent(), /From the name/);
  assert.match(await fact('Price of reading the cache').textContent(), /Not stated/);
  assert.equal(await panel.detail.locator('dt').count(), 26);

  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('many');
  await panel.detail.getByText('Type a whole number of at least 1.').waitFor();
  await panel.detail.getByLabel('Input price', { exact: true }).fill('-1');
  await panel.detail.getByText('Type a number of at least 0.').waitFor();
  await panel.detail.locator('#override-priceTiers').fill('[{]');
  await panel.detail.getByText(/^Error: Line 1, column 3/).waitFor();
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await panel.detail.getByText('Correct the marked fields first.').waitFor();
  assert.equal(panel.profile.saves.length, 0);
  await panel.picture('model-issues');

  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('64000');
  await panel.detail.getByLabel('Input price', { exact: true }).fill('2.5');
  await panel.detail.locator('#override-priceTiers').fill('');
  await panel.detail.locator('#override-supportsImages').selectOption('false');
  await panel.detail.getByLabel('Reasoning efforts', { exact: true }).fill('low, high');
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await panel.detail.getByText('Saved. The list was read again.').waitFor();
  assert.deepEqual(panel.profile.stored.modelOverrides, {
    'gpt-5': {
      surprise: 1,
      maxTokens: 64000,
      inputPrice: 2.5,
      supportsImages: false,
      reasoningEfforts: ['low', 'high'],
    },
    other: { maxTokens: 5 },
  });
  await panel.detail.getByText('64,000').waitFor();
  assert.match(await fact('Longest answer').textContent(), /64,000\s*Your value\s*Otherwise: 8,192/);
  await panel.picture('model-detail');
  await panel.detail.getByRole('button', { name: 'Close' }).click();
  await panel.row('gpt-5').getByText('Your values').waitFor();
  assert.match(await panel.row('gpt-5').textContent(), /Output 64K/);

  await panel.row('gpt-5').click();
  await panel.detail.getByRole('button', { name: 'Reset All' }).click();
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await panel.detail.getByText('Saved. The list was read again.').waitFor();
  assert.deepEqual(panel.profile.stored.modelOverrides, { 'gpt-5': { surprise: 1 }, other: { maxTokens: 5 } });
  await panel.close();
});

test('details that take their time say what is waited for', async () => {
  const answer = deferred();
  let asked = 0;
  const panel = await openModels({
    catalogs: {
      list: async () => {
        asked += 1;
        if (asked > 1) await answer.promise;
        return { models: variedModels };
      },
    },
  });
  await panel.row('gpt-5').click();
  const waiting = panel.detail.getByText('Asking the gateway for its models…');
  await waiting.waitFor();
  answer.resolve();
  await panel.detail.locator('#override-maxTokens').waitFor();
  await waiting.waitFor({ state: 'detached' });
  await panel.close();
});

test('what is typed of a model is kept when the box is closed, the view is left, and the page is loaded anew', async () => {
  const panel = await openModels();
  await panel.row('gpt-5').click();
  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('64000');
  await panel.page.keyboard.press('Escape');
  await panel.row('gpt-5').getByText('Unsaved').waitFor();
  await panel.page.locator('#tab-settings').click();
  await panel.page.locator('#tab-models').click();
  const state = await panel.state();
  assert.deepEqual(state.models, { default: { 'gpt-5': { maxTokens: '64000' } } });
  assert.equal(state.view, 'models');
  await until(() => panel.session.kept?.models.default !== undefined);
  await panel.close();

  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-saved' });
  const again = await browser.open({ profile, catalogs: scriptedCatalogs(profile, list()), state });
  await again.page.locator('.grid-body [role=row]', { hasText: 'Unsaved' }).click();
  const field = again.page.locator('dialog').getByLabel('Longest answer', { exact: true });
  await field.waitFor();
  assert.equal(await field.inputValue(), '64000');
  await again.page.locator('dialog').getByRole('button', { name: 'Save' }).click();
  await until(() => profile.stored.modelOverrides?.['gpt-5']?.maxTokens === 64000);
  await again.close();
});

test('a double click on a row opens the details, and the profile is marked while something of a model is unsaved', async () => {
  const others = [{ id: 'home', name: 'Home', baseUrl: 'https://home.example.com' }];
  const panel = await openModels({ stored: { others } });
  await panel.row('gpt-5').locator('.model-id').dblclick();
  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('64000');
  await panel.page.keyboard.press('Escape');
  await panel.detail.waitFor({ state: 'detached' });
  const chosen = panel.page.getByRole('combobox', { name: 'Profile' }).locator('option').first();
  assert.match(await chosen.textContent(), /unsaved/i);
  await panel.close();
});

test('saving the details leaves what was changed elsewhere meanwhile', async () => {
  const panel = await openModels({ stored: { modelOverrides: { 'gpt-5': { family: 'old', name: 'Mine' } } } });
  await panel.row('gpt-5').click();
  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('64000');
  await panel.detail.getByLabel('Name', { exact: true }).fill('');
  panel.profile.change({ modelOverrides: { 'gpt-5': { family: 'new', name: 'Mine', inputPrice: 2 } } });
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await panel.detail.getByText('Saved. The list was read again.').waitFor();
  assert.deepEqual(panel.profile.stored.modelOverrides, {
    'gpt-5': { family: 'new', inputPrice: 2, maxTokens: 64000 },
  });
  await panel.close();
});

test('what was said of models that the gateway does not list any more is found, changed and taken back', async () => {
  const lists = { hiddenModels: ['old-hidden', 'gpt-5'], favoriteModels: ['old-favorite'] };
  const stored = { ...lists, modelOverrides: { 'old-own': { maxTokens: 64_000 } } };
  const panel = await openModels({ stored });
  await panel.count.getByText('11 models').waitFor();
  const marks = async (id) => (await panel.row(id).locator('.tag').allTextContents()).join();
  assert.equal(await marks('old-hidden'), 'Hidden,Not listed');
  assert.equal(await marks('old-own'), 'Your values,Not listed');
  assert.equal(await marks('gpt-5'), 'Hidden');
  await panel.page.getByLabel('Show', { exact: true }).selectOption({ label: 'Not listed by the gateway' });
  await panel.count.getByText('3 of 11 models').waitFor();
  assert.deepEqual(await panel.ids(), ['old-favorite', 'old-hidden', 'old-own']);

  await panel
    .row('old-hidden')
    .getByRole('button', { name: /^Unhide: / })
    .click();
  await panel.count.getByText('2 of 10 models').waitFor();
  await panel.page.getByRole('button', { name: 'Undo' }).click();
  await panel.count.getByText('3 of 11 models').waitFor();
  await panel
    .row('old-favorite')
    .getByRole('button', { name: /favorites/ })
    .click();
  await panel.count.getByText('2 of 10 models').waitFor();
  assert.deepEqual(panel.profile.saved('default').hiddenModels, ['gpt-5', 'old-hidden']);
  assert.equal(panel.profile.saved('default').favoriteModels, undefined);

  await panel.row('old-own').click();
  await panel.detail.getByText('The gateway does not list this model. What you say of it is kept.').waitFor();
  assert.equal(await panel.detail.getByLabel('Longest answer', { exact: true }).inputValue(), '64000');
  await panel.detail.getByRole('button', { name: 'Reset All' }).click();
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await panel.detail.getByText('Saved', { exact: false }).first().waitFor();
  await panel.page.keyboard.press('Escape');
  await panel.count.getByText('1 of 9 models').waitFor();
  assert.equal(panel.profile.saved('default').modelOverrides, undefined);
  await panel.close();
});

test('what was typed of a model that is gone can be opened, and its row goes when nothing is left of it', async () => {
  let models = variedModels;
  const panel = await openModels({ catalogs: { list: async () => ({ models }) } });
  await panel.row('gpt-5').click();
  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('64000');
  await panel.page.keyboard.press('Escape');
  await panel.row('gpt-5').getByText('Unsaved').waitFor();
  models = variedModels.filter(({ id }) => id !== 'gpt-5');
  await panel.page.getByRole('button', { name: 'Refresh' }).click();
  await panel.row('gpt-5').getByText('Not listed').waitFor();
  await panel.count.getByText('8 models').waitFor();
  await panel.row('gpt-5').click();
  const field = panel.detail.getByLabel('Longest answer', { exact: true });
  await field.waitFor();
  assert.equal(await field.inputValue(), '64000');
  await field.fill('');
  await panel.page.keyboard.press('Escape');
  await panel.count.getByText('7 models').waitFor();
  assert.ok(!(await panel.ids()).includes('gpt-5'));
  await panel.close();
});
