/** Keyboard, screen readers, contrast, narrow windows, both languages, and a page that holds still. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import {
  deferred,
  failingTest,
  passingSteps,
  scriptedCore,
  scriptedGroups,
  scriptedProfile,
  someModels,
  startBrowser,
} from './harness.mjs';
import { accessibilityTree, focused, stickingOut, violations } from './inspection.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const savedProfile = () =>
  scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5', apiKey: 'sk-saved' });

for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight']) {
  test(`axe finds nothing in any state: ${theme}`, async () => {
    const core = scriptedCore({ testConnection: () => failingTest('key', 'The gateway did not accept the API key.') });
    const panel = await browser.open({ theme, core, profile: savedProfile() });
    await panel.page.getByText('The gateway offers 8 models.').waitFor();
    assert.deepEqual(await violations(panel.page), []);
    await panel.button('Test Connection').click();
    await panel.page.getByText('The connection does not work yet.').waitFor();
    await panel.url.fill('ftp://x');
    await panel.field('url').getByText('begins with http').waitFor();
    assert.deepEqual(await violations(panel.page), []);
    await panel.model.click();
    await panel.page.keyboard.press('ArrowDown');
    assert.deepEqual(await violations(panel.page), []);
    await panel.close();
  });
}

test('axe finds nothing in the row of profiles, whatever it shows, and all of it fits into 300 px', async () => {
  const group = {
    id: 'group:lab',
    name: 'lab',
    group: { address: `https://${'lab.'.repeat(30)}example.com`, hasKey: true },
  };
  const others = [{ id: 'home', name: 'A name that is longer than the window is wide, whatever one does about it' }];
  for (const [theme, width] of [
    ['dark', 1200],
    ['highContrastLight', 300],
  ]) {
    const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-saved', others });
    const panel = await browser.open({ theme, width, profile, groups: scriptedGroups([group]) });
    const { page } = panel;
    const isWhole = async (state) => {
      assert.deepEqual(await violations(page), [], state);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, state);
    };
    await page.getByText('The gateway offers 8 models.').waitFor();
    await panel.url.fill('https://other.example.com');
    await isWhole('a list');
    await panel.button('Rename').click();
    await page.locator('#profile-name input').waitFor();
    await isWhole('the field for a name');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Profile' }).selectOption('home');
    await panel.button('Delete').click();
    await panel.button('Undo').waitFor();
    await isWhole('what can be taken back');
    await page.getByRole('combobox', { name: 'Profile' }).selectOption('group:lab');
    await page.locator('.facts').waitFor();
    await isWhole('a group');
    await panel.close();
  }
});

test('each control has a name, and each field its help and its issue as description', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const tree = await accessibilityTree(panel.page);
  const named = (role) => tree.filter((node) => node.role === role).map((node) => node.name);
  assert.deepEqual(named('textbox'), ['URL', 'API key']);
  assert.deepEqual(named('combobox'), ['Model ID']);
  assert.deepEqual(named('button').sort(), [
    'Add',
    'Duplicate',
    'Refresh',
    'Remove',
    'Rename',
    'Reset to Default: Model ID',
    'Reset to Default: URL',
    'Save',
    'Show the models',
    'Test Connection',
  ]);
  const describe = (name, nodes) => nodes.find((node) => node.name === name && node.role !== 'StaticText').description;
  assert.match(describe('API key', tree), /A key is saved in the editor's secret storage/);

  await panel.url.fill('ftp://x');
  await panel.field('url').getByText('begins with http').waitFor();
  const later = await accessibilityTree(panel.page);
  assert.match(describe('URL', later), /Error: The address of a gateway begins with http/);
  assert.doesNotMatch(describe('URL', later), /The address of the gateway\./);
  await panel.close();
});

test('the list is a listbox that the field controls, with the active row told', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.model.focus();
  await panel.page.keyboard.press('ArrowDown');
  const told = await panel.model.evaluate((input) => ({
    role: input.role,
    expanded: input.ariaExpanded,
    controls: input.ariaControlsElements[0].getAttribute('aria-label'),
    active: input.ariaActiveDescendantElement.ariaSelected,
  }));
  assert.deepEqual(told, { role: 'combobox', expanded: 'true', controls: 'Models of the gateway', active: 'true' });
  await panel.close();
});

test('everything can be reached, used and left by keyboard, in the order of the page', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const stops = [];
  for (let stop = 0; stop < 14; stop += 1) {
    await panel.page.keyboard.press('Tab');
    stops.push(await focused(panel.page));
  }
  assert.deepEqual(stops.splice(0, 4), ['Rename', 'Duplicate', 'Add', 'tab-settings']);
  assert.deepEqual(stops.slice(0, 4), ['Reset to Default: URL', 'url', 'key', 'Remove']);
  assert.deepEqual(stops.slice(4), [
    'Reset to Default: Model ID',
    'model',
    'Refresh',
    'More',
    'Save',
    'Test Connection',
  ]);

  await panel.url.focus();
  await panel.page.keyboard.press('End');
  await panel.page.keyboard.type('/litellm');
  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.type('sk-typed');
  await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel.page), 'Keep Saved Key');
  await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel.page), 'Reset to Default: Model ID');
  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.model.inputValue(), 'gpt-5-mini');
  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.press('Space');
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.page.keyboard.press('Tab');
  await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel.page), 'Save');
  await panel.page.keyboard.press('Enter');
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  // The button that did its work keeps the focus.
  assert.equal(await focused(panel.page), 'Save');
  await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel.page), 'Test Connection');
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('The connection works.').waitFor();
  assert.deepEqual(panel.profile.stored, {
    baseUrl: 'https://gateway.example.com/litellm',
    modelId: 'gpt-5-mini',
    apiKey: 'sk-typed',
    keyOrigin: 'https://gateway.example.com',
  });
  await panel.close();
});

test('a running test is cancelled by keyboard', async () => {
  const core = scriptedCore({ testConnection: (_, { signal }) => hanging(signal) });
  const panel = await browser.open({ core });
  await panel.button('Test Connection').focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('Testing…').waitFor();
  await panel.page.keyboard.press('Tab');
  assert.equal(await focused(panel.page), 'Cancel');
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('The test was cancelled.').waitFor();
  await panel.close();
});

test('the focus is seen on every stop', async () => {
  const panel = await browser.open({ profile: savedProfile(), theme: 'highContrast' });
  await panel.url.fill('https://other.example.com');
  await panel.page.locator('h1').click();
  for (let stop = 0; stop < 10; stop += 1) {
    const before = await panel.page.screenshot({ animations: 'disabled', caret: 'hide' });
    await panel.page.keyboard.press('Tab');
    const after = await panel.page.screenshot({ animations: 'disabled', caret: 'hide' });
    assert.notDeepEqual(after, before, await focused(panel.page));
  }
  await panel.close();
});

test('results are said to screen readers without being read twice', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    window.said = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target).closest(
          '[role=alert], [role=status], [aria-live]',
        );
        if (region?.textContent && window.said.at(-1) !== region.textContent) window.said.push(region.textContent);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await panel.url.fill('ftp://x');
  await panel.field('url').getByText('begins with http').waitFor();
  await panel.url.press('End');
  await panel.page.keyboard.type('yz');
  await panel.url.blur();
  await panel.url.fill('');
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  const said = await panel.page.evaluate(() => window.said);
  assert.equal(said.filter((text) => text.startsWith('Error: The address')).length, 1);
  for (const text of ['Unsaved changes', 'Testing…', 'Chat: OK', 'The connection works.']) {
    assert.ok(said.includes(text), `${text} in ${JSON.stringify(said)}`);
  }
  await panel.close();
});

test('nothing moves when data arrives', async () => {
  for (const width of [1200, 320]) {
    const models = deferred();
    const core = scriptedCore({ listModels: () => models.promise });
    const panel = await browser.open({ core, profile: savedProfile(), width });
    await panel.page.getByText('Asking the gateway').waitFor();
    const places = () =>
      panel.page
        .locator('.field, .control, vscode-button, .status')
        .evaluateAll((parts) =>
          parts.filter((part) => part.offsetParent).map((part) => JSON.stringify(part.getBoundingClientRect())),
        );
    const before = await places();
    models.resolve({ models: someModels });
    await panel.page.getByText('The gateway offers 8 models.').waitFor();
    assert.deepEqual(await places(), before);
    await panel.url.fill('ftp://x');
    await panel.field('url').getByText('begins with http').waitFor();
    assert.deepEqual(await places(), before);
    await panel.url.fill('https://gateway.example.com/');
    await panel.field('url').getByText('Requests go to').waitFor();
    assert.deepEqual(await places(), before);
    await panel.button('Save').click();
    await panel.page
      .locator('.actions')
      .getByText(/^Saved: /)
      .waitFor();
    assert.deepEqual(await places(), before);
    await panel.close();
  }
});

test('300 px are enough: nothing sticks out and nothing is cut', async () => {
  for (const language of ['en', 'zh-cn']) {
    const core = scriptedCore({ testConnection: () => passingSteps[Symbol.iterator]() });
    core.testConnection = async function* () {
      yield* passingSteps;
    };
    const panel = await browser.open({ core, profile: savedProfile(), width: 300, height: 900, language });
    await panel.page.locator('vscode-button').nth(2).click();
    await panel.page.locator('.steps [data-state=ok]').nth(5).waitFor();
    await panel.key.fill('sk-typed');
    assert.deepEqual(await stickingOut(panel.page), []);
    assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth), 300);
    await panel.close();
  }
});

test('at 200 % zoom all is there, is whole and works', async () => {
  for (const theme of ['light', 'highContrast']) {
    const panel = await browser.open({ theme, profile: savedProfile(), unfolded: ['more', 'answers'], zoom: 2 });
    const { page } = panel;
    await page.getByText('The gateway offers 8 models.').waitFor();
    await panel.button('Test Connection').click();
    await page.getByText('The connection works.').waitFor();
    assert.deepEqual(await stickingOut(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 600);
    await panel.model.click();
    await panel.picture(`zoom-${theme}`);
    await page.getByRole('option', { name: 'gpt-5-mini' }).click();
    assert.equal(await panel.model.inputValue(), 'gpt-5-mini');
    assert.deepEqual(await violations(page), []);
    await panel.close();
  }
});

test('in Chinese every text of the page is Chinese, and the page says so', async () => {
  const core = scriptedCore({ testConnection: () => failingTest('reachable', '无法连接到网关。') });
  const panel = await browser.open({ core, profile: savedProfile(), language: 'zh-cn' });
  assert.equal(await panel.page.locator('html').getAttribute('lang'), 'zh-cn');
  await panel.page.getByText('网关提供 8 个模型。').waitFor();
  await panel.page.locator('vscode-button').nth(2).click();
  await panel.page.getByText('连接失败。').waitFor();
  await panel.url.fill('ftp://x');
  await panel.page.getByText('网关地址必须以 http:// 或 https:// 开头。').waitFor();
  const tree = await accessibilityTree(panel.page);
  const texts = tree.filter(({ role }) => role === 'StaticText').map(({ name }) => name);
  const allowed = /^(LiteLLM Gateway|Default|URL|gpt-5|ftp:\/\/x|http:\/\/localhost:4000|•*)$/;
  assert.deepEqual(
    texts.filter((text) => !/\p{Script=Han}/u.test(text) && !allowed.test(text.trim())),
    [],
  );
  await panel.close();
});

test('what the core says of the three fields is translated', () => {
  const core = scriptedCore();
  const urls = [
    'x y',
    'http://',
    'http:x',
    'https:/x',
    'https://user:password@host',
    '/path',
    'a\nb',
    'http://gateway.example.com',
  ];
  const keys = ['a\nb', 'a\u0007b', '密钥'];
  const inputs = [...urls.map((baseUrl) => ({ baseUrl, apiKey: 'sk' })), ...keys.map((apiKey) => ({ apiKey }))];
  const messages = inputs.flatMap((input) => core.normalizeSettings(input).issues.map(({ message }) => message));
  assert.ok(messages.length >= inputs.length);
  assert.deepEqual(
    messages.filter((message) => !Object.hasOwn(browser.chinese, message)),
    [],
  );
});

test('the page brings no words of its own: all come from the extension, in its language', async () => {
  const { more, ...page } = browser.host.pageStrings((text) => text);
  const sentences = [page, more, more.labels, more.help]
    .flatMap((strings) => Object.values(strings))
    .filter((text) => typeof text === 'string' && text.includes(' '))
    .map((text) => text.split('{')[0]);
  const script = await readFile(new URL('../../dist/webview.js', import.meta.url), 'utf8');
  assert.deepEqual(
    sentences.filter((text) => /\w \w/.test(text) && script.includes(text)),
    [],
  );
});

test('those who want less motion get none', async () => {
  const core = scriptedCore({ testConnection: (_, { signal }) => hanging(signal) });
  const panel = await browser.open({ core, reducedMotion: 'reduce' });
  await panel.button('Test Connection').click();
  const spinner = panel.page.locator('.steps .icon-running');
  assert.equal(await spinner.evaluate((icon) => getComputedStyle(icon).animationName), 'none');
  await panel.close();
});

test('only colours of the theme are used', async () => {
  const sheet = await readFile(new URL('../../dist/webview.css', import.meta.url), 'utf8');
  const colours = sheet.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|:\s*(?:white|black|red|green|blue|gray|grey)\b/gi);
  assert.equal(colours, null);
});

async function* hanging(signal) {
  yield passingSteps[0];
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}
