/** Typing, checking and saving. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, scriptedProfile, startBrowser } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const savedProfile = (given = {}) =>
  scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5', apiKey: 'sk-saved-secret', ...given });

/** Everything that the page holds as text: documents with shadow trees, values, kept state. */
function everythingInPage(page) {
  return page.evaluate(() => {
    const texts = [JSON.stringify(window.keptState ?? null), location.href, document.title];
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
      for (const attribute of node.attributes ?? []) texts.push(attribute.value);
      if ('value' in node) texts.push(String(node.value));
      if (node.shadowRoot) walk(node.shadowRoot);
      for (const child of node.childNodes) walk(child);
    };
    walk(document);
    return texts.join('\n');
  });
}

test('a new page shows three empty fields with the defaults as placeholders', async () => {
  const panel = await browser.open();
  assert.equal(await panel.url.getAttribute('placeholder'), 'http://localhost:4000');
  assert.equal(await panel.model.getAttribute('placeholder'), 'anthropic/claude-3-7-sonnet-20250219');
  for (const field of [panel.url, panel.key, panel.model]) assert.equal(await field.inputValue(), '');
  assert.equal(await panel.key.getAttribute('type'), 'password');
  await panel.page.getByText('Requests go to http://localhost:4000').waitFor();
  assert.equal(await panel.button('Remove').count(), 0);
  // Nothing was set up: no gateway is asked before the user wants it.
  assert.deepEqual(panel.core.handlers, []);
  assert.equal(await panel.button('Save').getAttribute('aria-disabled'), 'true');
  await panel.close();
});

test('what is typed is saved, and the key is then known as saved only', async () => {
  const panel = await browser.open();
  await panel.url.fill(' https://gateway.example.com/litellm/ ');
  await panel.key.fill('sk-typed-secret');
  await panel.model.fill('claude-sonnet-4-5');
  await panel.page.getByText('Unsaved changes').waitFor();
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();

  assert.deepEqual(panel.profile.saves, [
    {
      settings: { baseUrl: 'https://gateway.example.com/litellm/', modelId: 'claude-sonnet-4-5' },
      key: { apiKey: 'sk-typed-secret', origin: 'https://gateway.example.com' },
    },
  ]);
  assert.equal(panel.seen.saves, 1);
  assert.equal(await panel.key.inputValue(), '');
  assert.equal(await panel.key.getAttribute('placeholder'), 'Saved');
  assert.equal(await panel.url.inputValue(), 'https://gateway.example.com/litellm/');
  assert.equal(await panel.button('Save').getAttribute('aria-disabled'), 'true');
  assert.equal((await everythingInPage(panel.page)).includes('sk-typed-secret'), false);
  assert.deepEqual(await panel.state(), {
    profile: 'default',
    unsaved: {},
    unfolded: [],
    models: {},
    view: 'settings',
  });
  await panel.close();
});

test('a typed key is in no message but those that need it, and in no message to the page', async () => {
  const panel = await browser.open();
  await panel.key.fill('sk-typed-secret');
  await panel.url.fill('https://gateway.example.com');
  await panel.model.fill('gpt-5');
  await panel.page.getByText('Unsaved changes').waitFor();
  await panel.url.blur();
  assert.equal(JSON.stringify(panel.seen.messages).includes('sk-typed-secret'), false);
  assert.equal(JSON.stringify(await panel.state()).includes('sk-typed-secret'), false);

  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  assert.deepEqual(panel.sent('listModels')[0].parameters.key, { action: 'set', value: 'sk-typed-secret' });
  assert.equal(panel.core.handlers[0].apiKey, 'sk-typed-secret');
  assert.equal(JSON.stringify(panel.seen.posted).includes('sk-typed-secret'), false);
  await panel.close();
});

test('after saving, the key is nowhere in the memory of the page', async () => {
  const panel = await browser.open();
  const secret = ['sk', 'memory', 'probe', '7391'].join('-');
  await panel.key.click();
  await panel.page.keyboard.type(secret);
  const developerTools = await panel.page.context().newCDPSession(panel.page);
  const isInMemory = async () => {
    const chunks = [];
    const collect = ({ chunk }) => chunks.push(chunk);
    developerTools.on('HeapProfiler.addHeapSnapshotChunk', collect);
    await developerTools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    developerTools.off('HeapProfiler.addHeapSnapshotChunk', collect);
    return chunks.join('').includes(secret);
  };
  assert.equal(await isInMemory(), true);
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(await isInMemory(), false);
  await panel.close();
});

test('the saved key never reaches the page, and is used for what is typed while the key is not touched', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  assert.equal(await panel.key.getAttribute('placeholder'), 'Saved');
  await panel.url.fill('https://gateway.example.com/team');
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  const used = panel.core.handlers.slice(-2);
  assert.deepEqual(
    used.map(({ baseUrl, apiKey }) => [baseUrl, apiKey]),
    [
      ['https://gateway.example.com/team', 'sk-saved-secret'],
      ['https://gateway.example.com/team', 'sk-saved-secret'],
    ],
  );
  assert.equal(JSON.stringify(panel.seen.posted).includes('sk-saved-secret'), false);
  assert.equal((await everythingInPage(panel.page)).includes('sk-saved-secret'), false);
  // The profile is as it was: refreshing and testing save nothing.
  assert.deepEqual(panel.profile.saves, []);
  await panel.close();
});

test('the saved key goes to the origin it was entered for only: another one wants a key of its own', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  const refusal =
    'The saved API key is for https://gateway.example.com and is not sent to https://other.example.com:8443. ' +
    'Enter the key for https://other.example.com:8443, or remove the saved one.';
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const asked = panel.core.handlers.length;
  await panel.url.fill('https://other.example.com:8443/v1');
  await panel.field('key').getByText(refusal).waitFor();
  for (const name of ['Refresh', 'Test Connection', 'Save']) {
    await panel.button(name).click();
    await panel.page
      .getByText('Correct the marked fields first.')
      .nth(name === 'Refresh' ? 0 : 1)
      .waitFor();
  }
  assert.equal(panel.core.handlers.length, asked, 'nobody was asked');
  assert.deepEqual(panel.profile.saves, []);
  await panel.picture('key-of-another-origin');

  await panel.key.fill('sk-other');
  await panel.field('key').getByText('Saving replaces the saved key with this one.').waitFor();
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.deepEqual(panel.profile.saves[0].key, { apiKey: 'sk-other', origin: 'https://other.example.com:8443' });
  await panel.close();
});

test('settings that name another address than the key was saved for are not asked with it', async () => {
  const profile = savedProfile({ baseUrl: 'https://evil.example.com', keyOrigin: 'https://gateway.example.com' });
  const panel = await browser.open({ profile });
  await panel.field('key').getByText('is not sent to https://evil.example.com').waitFor();
  assert.deepEqual(panel.core.handlers, []);
  await panel.button('Remove').click();
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.profile.stored.apiKey, undefined);
  await panel.close();
});

test('saving without touching the key keeps it', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.model.fill('gpt-5-mini');
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.profile.saves[0].key, undefined);
  assert.equal(panel.profile.stored.apiKey, 'sk-saved-secret');
  await panel.close();
});

test('removing the key can be taken back, and happens when saved', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.button('Remove').click();
  await panel.page.getByText('Saving removes the saved key.').waitFor();
  await panel.page.getByText('Unsaved changes').waitFor();
  await panel.button('Keep Saved Key').click();
  await panel.page.getByText('A key is saved').waitFor();
  assert.equal(await panel.button('Save').getAttribute('aria-disabled'), 'true');

  await panel.button('Remove').click();
  await panel.button('Save').click();
  await panel.page.getByText('Kept in the editor').waitFor();
  assert.deepEqual(
    panel.profile.saves.map(({ key }) => key),
    [null],
  );
  assert.equal(panel.profile.stored.apiKey, undefined);
  assert.equal(await panel.button('Remove').count(), 0);
  await panel.close();
});

test('a key that is removed but not saved is not used', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.button('Remove').click();
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  assert.equal(panel.core.handlers.at(-1).apiKey, undefined);
  await panel.close();
});

test('a new key replaces the saved one; taking it back keeps the saved one', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.key.fill('sk-new');
  await panel.page.getByText('Saving replaces the saved key').waitFor();
  await panel.button('Keep Saved Key').click();
  assert.equal(await panel.key.inputValue(), '');
  await panel.key.fill('sk-newer');
  await panel.button('Save').click();
  await panel.page.getByText('A key is saved').waitFor();
  assert.equal(panel.profile.stored.apiKey, 'sk-newer');
  await panel.close();
});

test('emptied fields are saved as not set', async () => {
  const panel = await browser.open({
    profile: scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5' }),
  });
  await panel.url.fill('');
  await panel.model.fill('  ');
  await panel.model.press('Escape');
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.deepEqual(panel.profile.saves[0].settings, { baseUrl: undefined, modelId: undefined });
  await panel.close();
});

test('Ctrl+S and Cmd+S save, once, and not when nothing changed', async () => {
  const panel = await browser.open();
  await panel.page.keyboard.press('Control+s');
  assert.deepEqual(panel.sent('save'), []);
  await panel.url.fill('https://gateway.example.com');
  await panel.page.keyboard.press('Control+s');
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  await panel.model.fill('gpt-5');
  await panel.page.keyboard.press('Meta+s');
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.profile.saves.length, 2);
  await panel.close();
});

test('a double click on Save saves once', async () => {
  const profile = scriptedProfile();
  const going = deferred();
  profile.beforeSave = () => going.promise;
  const panel = await browser.open({ profile });
  await panel.url.fill('https://gateway.example.com');
  await panel.button('Save').dblclick();
  await panel.page.getByText('Saving…').waitFor();
  await panel.page.keyboard.press('Control+s');
  going.resolve();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.sent('save').length, 1);
  await panel.close();
});

test('what is typed while a save runs stays, unsaved', async () => {
  const profile = savedProfile();
  const going = deferred();
  profile.beforeSave = () => going.promise;
  const panel = await browser.open({ profile });
  await panel.key.fill('sk-first');
  await panel.button('Save').click();
  await panel.page.getByText('Saving…').waitFor();
  await panel.key.fill('sk-second');
  going.resolve();
  await panel.page.getByText('Unsaved changes').waitFor();
  assert.equal(profile.stored.apiKey, 'sk-first');
  assert.equal(await panel.key.inputValue(), 'sk-second');
  await panel.close();
});

test('a failed save says why, keeps everything that was typed, and can be tried again', async () => {
  const profile = scriptedProfile();
  profile.fail.save = new Error('The secret storage is locked (tried sk-typed-secret).');
  const panel = await browser.open({ profile });
  await panel.url.fill('https://gateway.example.com');
  await panel.key.fill('sk-typed-secret');
  await panel.button('Save').click();
  const sentence = panel.page.getByText('The settings could not be saved: The secret storage is locked (tried …).');
  await sentence.waitFor();
  assert.equal(await panel.key.inputValue(), 'sk-typed-secret');
  assert.equal(await panel.url.inputValue(), 'https://gateway.example.com');
  assert.equal(panel.seen.logged.join().includes('sk-typed-secret'), false);
  assert.equal(panel.seen.logged.length, 1);
  await panel.picture('save-failed');

  profile.fail.save = undefined;
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(await sentence.count(), 0);
  await panel.close();
});

test('a secret storage that fails does not keep the form away', async () => {
  const profile = savedProfile();
  profile.fail.hasApiKey = new Error('The key ring is locked.');
  profile.fail.read = profile.fail.hasApiKey;
  const panel = await browser.open({ profile });
  assert.equal(await panel.url.inputValue(), 'https://gateway.example.com');
  assert.match(panel.seen.logged[0], /secret storage.*locked/);
  await panel.button('Test Connection').click();
  await panel.page.locator('.test').getByText('The key ring is locked.').waitFor();
  await panel.close();
});

test('what is wrong with a field stands in its place of help, and goes when it is corrected', async () => {
  const panel = await browser.open();
  const issue = panel.field('url').getByRole('alert');
  await panel.url.fill('ftp://gateway.example.com');
  await issue.getByText('The address of a gateway begins with http:// or https://.').waitFor();
  assert.equal(await panel.url.getAttribute('aria-invalid'), 'true');
  assert.equal(await panel.field('url').getByText('The gateway is asked').isVisible(), false);
  await panel.picture('invalid-url');
  await panel.url.fill('https://gateway.example.com/');
  await panel.field('url').getByText('Requests go to https://gateway.example.com').waitFor();
  assert.equal(await panel.url.getAttribute('aria-invalid'), 'false');
  assert.equal(await issue.textContent(), '');
  await panel.close();
});

test('settings that can not be used are not saved, and the first wrong field gets the cursor', async () => {
  const panel = await browser.open();
  await panel.model.fill('gpt-5');
  await panel.url.fill('javascript:alert(1)');
  await panel.button('Save').click();
  await panel.page.getByText('Correct the marked fields first.').waitFor();
  assert.equal(await panel.url.evaluate((input) => input.getRootNode().activeElement === input), true);
  assert.deepEqual(panel.profile.saves, []);
  assert.equal(await panel.model.inputValue(), 'gpt-5');
  for (const button of ['Refresh', 'Test Connection']) {
    await panel.button(button).click();
    await panel.page.getByText('Correct the marked fields first.').nth(1).waitFor();
  }
  assert.deepEqual(panel.core.handlers, []);
  await panel.close();
});

test('a key over plain http is a warning that does not stop saving', async () => {
  const panel = await browser.open();
  await panel.url.fill('http://gateway.example.com');
  await panel.key.fill('sk-typed');
  await panel
    .field('url')
    .getByRole('alert')
    .getByText('Warning: The base URL uses http://, so everybody on the way can read the API key; use https://')
    .waitFor();
  assert.equal(await panel.url.getAttribute('aria-invalid'), 'false');
  await panel.picture('warning');
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(await panel.field('url').getByText('Warning:').isVisible(), true);
  await panel.close();
});

test('a key with a character that can not be sent is refused beside its field until it is changed', async () => {
  const panel = await browser.open();
  await panel.key.fill('sk-密钥');
  await panel.button('Save').click();
  await panel.field('key').getByText('The API key contains a character beyond Latin-1').waitFor();
  assert.deepEqual(panel.profile.saves, []);
  assert.equal(await panel.key.inputValue(), 'sk-密钥');
  await panel.key.fill('sk-good');
  assert.equal(await panel.field('key').getByRole('alert').textContent(), '');
  await panel.close();
});

test('a key that is pasted with line breaks is one line', async () => {
  const panel = await browser.open();
  await panel.key.focus();
  await panel.page.keyboard.insertText('  sk-pasted\r\n');
  await panel.button('Save').click();
  await panel.page.getByText('A key is saved').waitFor();
  assert.equal(panel.profile.stored.apiKey, 'sk-pasted');
  await panel.close();
});

test('changed fields are marked until they are as saved again', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  const mark = panel.field('url').getByText('Changed');
  assert.equal(await mark.isVisible(), false);
  await panel.url.fill('https://other.example.com');
  assert.equal(await mark.isVisible(), true);
  await panel.url.fill('https://gateway.example.com');
  assert.equal(await mark.isVisible(), false);
  assert.equal(await panel.page.getByText('Unsaved changes').count(), 0);
  await panel.close();
});

test('unsaved texts come back when the editor loads the page anew; a key does not', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.url.fill('https://other.example.com');
  await panel.model.fill('my/model');
  await panel.key.fill('sk-typed-secret');
  const state = await panel.state();
  assert.deepEqual(state, {
    profile: 'default',
    unsaved: {
      default: {
        baseUrl: 'https://other.example.com',
        modelId: 'my/model',
        more: {},
        changed: ['baseUrl', 'apiKey', 'modelId'],
      },
    },
    unfolded: [],
    models: {},
    view: 'settings',
  });
  await panel.close();
  const again = await browser.open({ profile: savedProfile(), state });
  assert.equal(await again.url.inputValue(), 'https://other.example.com');
  assert.equal(await again.model.inputValue(), 'my/model');
  assert.equal(await again.key.inputValue(), '');
  await again.page.getByText('Unsaved changes').waitFor();
  // Nobody asked for the unsaved address to be tried: the saved key does not go there by itself.
  assert.deepEqual(again.core.handlers, []);
  await again.close();
});

test('what others save is followed where the user has not typed', async () => {
  const profile = savedProfile();
  const panel = await browser.open({ profile });
  await panel.model.fill('mine');
  profile.change({ baseUrl: 'https://moved.example.com', modelId: 'theirs', apiKey: undefined });
  await panel.page.getByText('Kept in the editor').waitFor();
  assert.equal(await panel.url.inputValue(), 'https://moved.example.com');
  assert.equal(await panel.model.inputValue(), 'mine');
  await panel.close();
});

test('settings of other types than text are shown as empty', async () => {
  const panel = await browser.open({ profile: scriptedProfile({ baseUrl: 5, modelId: ['x'] }) });
  assert.equal(await panel.url.inputValue(), '');
  assert.equal(await panel.model.inputValue(), '');
  await panel.close();
});

test('other settings and the environment go into every try', async () => {
  const profile = scriptedProfile({
    env: { LITELLM_BASE_URL: 'https://from.environment', LITELLM_MODEL: 'env-model' },
  });
  profile.stored.headers = { 'x-team': 'blue' };
  const panel = await browser.open({ profile });
  assert.equal(await panel.url.getAttribute('placeholder'), 'https://from.environment');
  assert.equal(await panel.model.getAttribute('placeholder'), 'env-model');
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const [settings] = panel.core.handlers;
  assert.deepEqual(settings.headers, { 'x-team': 'blue' });
  assert.equal(settings.env.LITELLM_MODEL, 'env-model');
  assert.equal(settings.baseUrl, undefined);
  await panel.close();
});

test('URL and model are reset to their defaults, which saving then stores as nothing', async () => {
  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5' });
  const panel = await browser.open({ profile });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  for (const [field, label] of [
    [panel.url, 'URL'],
    [panel.model, 'Model ID'],
  ]) {
    await panel.button(`Reset to Default: ${label}`).click();
    assert.equal(await field.inputValue(), '');
    assert.equal(await field.evaluate((input) => input.getRootNode().activeElement === input), true);
    await panel.button(`Reset to Default: ${label}`).waitFor({ state: 'hidden' });
    assert.equal(await panel.page.getByRole('option').count(), 0);
  }
  assert.equal(await panel.url.getAttribute('placeholder'), 'http://localhost:4000');
  await panel.button('Save').click();
  await panel.page.locator('.actions').getByText('Saved: URL, Model ID').waitFor();
  assert.equal(profile.stored.baseUrl, undefined);
  assert.equal(profile.stored.modelId, undefined);
  await panel.close();
});
