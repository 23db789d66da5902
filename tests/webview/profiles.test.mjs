/** The row of profiles: quiet with one, a list with several; adding, copying, renaming, deleting and taking back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, scriptedCore, scriptedGroups, scriptedProfile, startBrowser, until } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const workAndHome = (more = {}) =>
  scriptedProfile({
    name: 'Work',
    baseUrl: 'https://work.example.com',
    modelId: 'gpt-5',
    apiKey: 'sk-work',
    others: [{ id: 'home', name: 'Home', baseUrl: 'https://home.example.com', apiKey: 'sk-home' }],
    ...more,
  });

const list = (panel) => panel.page.getByRole('combobox', { name: 'Profile' });
const status = (panel, text) => panel.page.locator('.profiles').getByText(text).waitFor();
const isShown = (panel, url) => panel.page.waitForFunction((url) => document.querySelector('#url').value === url, url);
const options = (panel) => panel.page.locator('#profile option').allTextContents();

/** Answers the field for a name. */
async function name(panel, press, text) {
  await panel.button(press).click();
  await panel.page.locator('#profile-name input').fill(text);
  await panel.page.keyboard.press('Enter');
}

test('one profile is a name and no list; the first further one makes a list of both', async () => {
  const panel = await browser.open();
  assert.equal(await panel.page.locator('.profile-name').textContent(), 'Default');
  assert.equal(await list(panel).count(), 0);
  assert.equal(await panel.button('Delete').count(), 0);
  await name(panel, 'Add', '  Home ');
  await status(panel, 'Added "Home".');
  assert.deepEqual(await options(panel), ['Default', 'Home']);
  assert.equal(await list(panel).inputValue(), 'home');
  // Whoever adds a profile goes on with its address.
  assert.equal(await panel.page.evaluate(() => document.activeElement.id), 'url');
  await panel.url.fill('https://home.example.com');
  await panel.page.locator('.profiles').getByText('Added "Home".').waitFor({ state: 'detached' });
  await panel.close();
});

test('another profile has a form of its own, and what is typed in the first one stays', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.key.fill('sk-typed');
  await panel.model.fill('gpt-5-mini');
  await panel.page.getByText('Unsaved changes', { exact: true }).waitFor();
  await list(panel).selectOption('home');
  await isShown(panel, 'https://home.example.com');
  assert.equal(await panel.key.inputValue(), '');
  assert.deepEqual(await options(panel), ['Work (unsaved changes)', 'Home']);
  const { profile, unsaved } = await panel.state();
  assert.equal(profile, 'home');
  assert.deepEqual(Object.keys(unsaved), ['default']);
  assert.doesNotMatch(JSON.stringify(await panel.state()), /sk-/);

  await panel.model.fill('local/qwen');
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.profile.all.get('home').stored.modelId, 'local/qwen');
  assert.equal(panel.profile.stored.modelId, 'gpt-5');

  await list(panel).selectOption('default');
  await isShown(panel, 'https://work.example.com');
  assert.equal(await panel.key.inputValue(), 'sk-typed');
  assert.equal(await panel.model.inputValue(), 'gpt-5-mini');
  await panel.page.keyboard.press('Control+s');
  await until(() => panel.profile.stored.apiKey === 'sk-typed');
  assert.deepEqual(panel.profile.saves.at(-1).key, { apiKey: 'sk-typed', origin: 'https://work.example.com' });
  assert.equal(panel.profile.all.get('home').stored.apiKey, 'sk-home');
  await panel.close();
});

test("each profile's gateway is asked with its own key, also while another one is shown", async () => {
  const gate = deferred();
  const core = scriptedCore({
    listModels: async ({ baseUrl }) => (baseUrl.includes('work') ? gate.promise : { models: [] }),
  });
  const panel = await browser.open({ profile: workAndHome(), core });
  await panel.page.getByText('Asking the gateway for its models…').waitFor();
  await list(panel).selectOption('home');
  await panel.page.getByText('The gateway shows no models to this key.').waitFor();
  gate.resolve({ models: [] });
  await list(panel).selectOption('default');
  await isShown(panel, 'https://work.example.com');
  await panel.page.getByText('The gateway shows no models to this key.').waitFor();
  assert.deepEqual([...new Set(core.handlers.map(({ baseUrl, apiKey }) => `${baseUrl} ${apiKey}`))].sort(), [
    'https://home.example.com sk-home',
    'https://work.example.com sk-work',
  ]);
  await panel.close();
});

test('renaming, copying and leaving the field for a name work by keyboard', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  const focused = () => panel.page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
  await panel.button('Rename').focus();
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.page.locator('#profile-name input').inputValue(), 'Work');
  await panel.page.keyboard.press('Escape');
  assert.equal(await focused(), 'Rename');
  await panel.page.keyboard.press('Enter');
  await panel.page.keyboard.type('Office');
  await panel.page.keyboard.press('Enter');
  await status(panel, 'Renamed.');
  assert.equal(await focused(), 'Rename');
  assert.deepEqual(await options(panel), ['Office', 'Home']);

  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.page.locator('#profile-name input').inputValue(), 'Office copy');
  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.press('Enter');
  await status(panel, 'Added "Office copy" with the same settings and key.');
  assert.equal(await focused(), 'profile');
  await isShown(panel, 'https://work.example.com');
  assert.equal(await panel.key.getAttribute('placeholder'), 'Saved');
  assert.doesNotMatch(JSON.stringify(panel.seen.posted), /sk-/);

  // A name of nothing is none.
  await panel.button('Rename').click();
  await panel.page.locator('#profile-name input').fill('  ');
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.page.locator('#profile-name').count(), 1);
  await panel.close();
});

test('what is deleted comes back with what was typed in it', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  await list(panel).selectOption('home');
  await isShown(panel, 'https://home.example.com');
  await panel.key.fill('sk-typed');
  await panel.button('Delete').click();
  await status(panel, 'Deleted "Home".');
  await isShown(panel, 'https://work.example.com');
  assert.equal(await panel.page.evaluate(() => document.activeElement.textContent), 'Undo');
  await panel.page.keyboard.press('Enter');
  await status(panel, '"Home" is back.');
  await isShown(panel, 'https://home.example.com');
  assert.equal(await panel.key.inputValue(), 'sk-typed');
  assert.equal(panel.profile.all.get('home').stored.apiKey, 'sk-home');
  assert.doesNotMatch(JSON.stringify(panel.seen.posted), /sk-/);
  await panel.close();
});

test('a change that fails is told and changes nothing', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  panel.profile.fail.remove = new Error('the settings file is read-only');
  await panel.button('Delete').click();
  await status(panel, 'The settings could not be saved: the settings file is read-only.');
  assert.deepEqual(await options(panel), ['Work', 'Home']);
  await isShown(panel, 'https://work.example.com');
  await panel.close();
});

test('a profile that is removed elsewhere is left, and not made anew by saving it', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  await list(panel).selectOption('home');
  await isShown(panel, 'https://home.example.com');
  panel.profile.drop('home');
  await status(panel, 'The profile that was shown here was deleted elsewhere.');
  await isShown(panel, 'https://work.example.com');
  const saving = {
    type: 'request',
    id: 999,
    name: 'save',
    profile: 'home',
    parameters: { baseUrl: 'https://x.example.com', modelId: '', key: { action: 'keep' }, more: {} },
  };
  panel.session.receive(saving);
  await until(() => panel.seen.posted.some(({ id }) => id === 999));
  assert.deepEqual(panel.profile.saves, []);
  await panel.close();
});

test('the profile that was shown last is shown when the editor loads the page anew', async () => {
  const state = { profile: 'home', unsaved: {}, unfolded: [] };
  const panel = await browser.open({ profile: workAndHome(), state });
  await isShown(panel, 'https://home.example.com');
  assert.equal(await list(panel).inputValue(), 'home');
  await panel.close();
  const gone = await browser.open({ profile: workAndHome(), state: { ...state, profile: 'gone' } });
  await isShown(gone, 'https://work.example.com');
  gone.session.show('home');
  await isShown(gone, 'https://home.example.com');
  await gone.close();
});

test('a group of the editor is shown, not changed, and leads to where it can be', async () => {
  const group = {
    id: 'group:lab',
    name: 'lab.example.com',
    group: { address: 'https://lab.example.com', hasKey: true },
  };
  const groups = scriptedGroups([group]);
  const panel = await browser.open({ groups });
  await list(panel).selectOption('group:lab');
  await panel.page.getByText('This gateway was added in the editor').waitFor();
  assert.deepEqual(await panel.page.locator('.facts > *').allTextContents(), [
    'Address',
    'https://lab.example.com',
    'API key',
    'Saved',
  ]);
  assert.equal(await panel.page.locator('optgroup').getAttribute('label'), "In the editor's list of models");
  for (const label of ['Rename', 'Duplicate', 'Delete']) assert.equal(await panel.button(label).count(), 0);
  await panel.picture('profiles-group');
  await panel.button("Open the Editor's List").click();
  await until(() => groups.managed === 1);
  groups.change([]);
  await status(panel, 'The profile that was shown here was deleted elsewhere.');
  await panel.close();
});

test('names are text, whatever is in them', async () => {
  const name = '<img src=x onerror=alert(1)> \u202eabc'.padEnd(5000, 'x');
  const panel = await browser.open({ profile: workAndHome({ name }) });
  const [shown] = await options(panel);
  assert.ok(shown.startsWith('<img src=x onerror=alert(1)> \ufffdabc'));
  assert.ok(shown.length < 400);
  assert.equal(await panel.page.locator('img').count(), 0);
  await panel.close();
});

test('a copy says whether it has the key', async () => {
  const panel = await browser.open({ profile: workAndHome() });
  await name(panel, 'Duplicate', 'Twin');
  await status(panel, 'Added "Twin" with the same settings and key.');
  await panel.field('key').getByText("A key is saved in the editor's secret storage.").waitFor();
  await list(panel).selectOption('home');
  await isShown(panel, 'https://home.example.com');
  await panel.button('Remove').click();
  await panel.button('Save').click();
  await until(() => panel.profile.all.get('home').stored.apiKey === undefined);
  await name(panel, 'Duplicate', 'Keyless');
  await status(panel, 'Added "Keyless" with the same settings. No key was saved, so it has none.');
  await panel.close();
});
