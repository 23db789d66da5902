/** The folded fields by keyboard, for screen readers, in every theme, narrow, from right to left, and in Chinese. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { model, scriptedCore, scriptedProfile, startBrowser } from './harness.mjs';
import { accessibilityTree, focused, stickingOut, violations } from './inspection.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const unfolded = ['more', 'answers', 'reasoning', 'network', 'gateway', 'records', 'requests'];

const profile = () =>
  scriptedProfile({
    baseUrl: 'https://gateway.example.com',
    modelId: 'gpt-5',
    maxTokens: 4096,
    headers: { 'x-team': 'blue', 'x-a-rather-long-name-of-a-header': 'a value that is longer than the field' },
    fallbacks: ['claude-sonnet-4-5', 'a-very-long-model-name/that-has-no-place-to-break-within-a-narrow-window-at-all'],
    tags: ['one'],
    extraBody: { top_k: 40 },
  });

const core = () =>
  scriptedCore({ listModels: async () => ({ models: [model('gpt-5', { reasoningEfforts: ['low', 'high'] })] }) });

const open = (options = {}) => browser.open({ unfolded, profile: profile(), core: core(), ...options });

/** Brings the folded fields into a state with a change, a mistake and an open list. */
async function disturb({ page }) {
  await page.locator('#temperature input').fill('9');
  await page.locator('#extraBody').fill('{');
  await page.locator('.header input').first().fill('x team');
  await page.locator('details.more > summary .is-error').waitFor();
  for (const field of ['temperature', 'extraBody']) await page.locator(`.field.has-error #${field}`).waitFor();
  await page.locator('#reasoningEffort input').click();
}

for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight']) {
  test(`axe finds nothing in the folded fields: ${theme}`, async () => {
    const panel = await open({ theme, height: 2400 });
    await panel.page.locator('.field .status .icon-passed').waitFor();
    assert.deepEqual(await violations(panel.page), []);
    await disturb(panel);
    assert.deepEqual(await violations(panel.page), []);
    await panel.picture(`more-${theme}`);
    await panel.close();
  });
}

test('every field is reached by keyboard, in the order of the page', async () => {
  const panel = await open();
  await panel.page.locator('.field .status .icon-passed').waitFor();
  await panel.button('Refresh').focus();
  const stops = [];
  while (stops.at(-1) !== 'Test Connection') {
    await panel.page.keyboard.press('Tab');
    stops.push(await focused(panel.page));
  }
  assert.deepEqual(stops, [
    ...['More', 'Answers', 'Reset to Default: Output limit', 'maxTokens', 'temperature', 'topP'],
    ...['Reasoning', 'reasoningEffort', 'thinkingBudget'],
    ...['Network', 'timeoutMs', 'discoveryTimeoutMs', 'maxRetries', 'Reset to Default: Custom headers'],
    ...['Name', 'Value', 'Remove header x-team', 'Name', 'Value'],
    ...['Remove header x-a-rather-long-name-of-a-header', 'headers'],
    ...['Gateway', 'Reset to Default: Fallback models', 'Remove claude-sonnet-4-5'],
    ...[2, 1].map(
      (from) => `${from === 2 ? 'Move' : 'Remove'} ${panel.profile.stored.fallbacks[1]}${from === 2 ? ' up' : ''}`,
    ),
    ...['fallbacks', 'Add to Fallback models', 'guardrails', 'Add to Guardrails', 'numRetries'],
    ...['Records', 'Reset to Default: Tags', 'Remove one', 'tags', 'Add to Tags', 'workspaceTag', 'user', 'metadata'],
    ...['Requests', 'usePromptCache', 'Reset to Default: Extra body', 'extraBody', 'Save', 'Test Connection'],
  ]);
  await panel.close();
});

test('what has the focus is never below the buttons that stay in sight', async () => {
  const panel = await open({ height: 500 });
  await panel.page.locator('.field .status .icon-passed').waitFor();
  await panel.button('Refresh').focus();
  for (let stop = 0; stop < 40; stop += 1) {
    await panel.page.keyboard.press('Tab');
    const hidden = await panel.page.evaluate(() => {
      const active = document.activeElement;
      const bar = document.querySelector('.actions');
      if (bar.contains(active)) return '';
      const { bottom, height } = active.getBoundingClientRect();
      return bottom > bar.getBoundingClientRect().top + height / 2 ? active.id || active.textContent : '';
    });
    assert.equal(hidden, '');
  }
  await panel.close();
});

test('each field has its name, its help and its mistake for screen readers', async () => {
  const panel = await open();
  await disturb(panel);
  const tree = await accessibilityTree(panel.page);
  const described = (name) =>
    tree.find((node) => node.name === name && /^(textbox|combobox|checkbox)$/.test(node.role))?.description;
  assert.match(described('Output limit'), /^The most tokens of an answer/);
  assert.match(described('Temperature'), /^Error: Type a number from 0 to 2\.$/);
  assert.match(described('Reasoning effort'), /The chosen model knows: low, high\./);
  assert.match(described('Prompt cache'), /Default: on\.$/);
  assert.match(described('Extra body'), /^Error: Line 1, column 2:/);
  await panel.close();
});

test('nothing sticks out in a narrow window, at 200 % and from right to left', async () => {
  for (const language of ['en', 'zh-cn']) {
    for (const direction of ['ltr', 'rtl']) {
      const panel = await open({ width: 320, height: 2600, language });
      await panel.page.locator('.field .status .icon-passed').waitFor();
      await panel.page.evaluate((dir) => {
        document.documentElement.dir = dir;
      }, direction);
      await panel.page.locator('#temperature input').fill('9');
      await panel.page.locator('details.more > summary .is-error').waitFor();
      assert.deepEqual(await stickingOut(panel.page), []);
      assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth), 320);
      await panel.picture(`more-narrow-${language}-${direction}`);
      await panel.close();
    }
  }
  const wide = await open({ width: 1200, height: 2400 });
  await wide.page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await disturb(wide);
  assert.deepEqual(await stickingOut(wide.page), []);
  await wide.picture('more-rtl');
  await wide.close();
});

test('in Chinese every text of the folded fields is Chinese', async () => {
  const panel = await open({ language: 'zh-cn', height: 2400 });
  await disturb(panel);
  const tree = await accessibilityTree(panel.page);
  const texts = tree.filter(({ role }) => role === 'StaticText').map(({ name }) => name);
  const typed =
    /^(|https:.*|blue|LiteLLM Gateway|Default|URL|token|gpt-5|low|high|one|[\d.{]+|x[ -].*|a value .*|claude-.*|a-very-.*)$/;
  assert.deepEqual(
    texts.filter((text) => !/\p{Script=Han}/u.test(text) && !typed.test(text.trim())),
    [],
  );
  await panel.picture('more-chinese');
  await panel.close();
});

test('the focus is seen on every stop of the folded fields', async () => {
  const panel = await open({ theme: 'highContrast', height: 2400, core: core() });
  await panel.page.locator('.field .status .icon-passed').waitFor();
  await panel.button('Refresh').focus();
  for (let stop = 0; stop < 45; stop += 1) {
    const before = await panel.page.screenshot({ animations: 'disabled', caret: 'hide' });
    await panel.page.keyboard.press('Tab');
    const after = await panel.page.screenshot({ animations: 'disabled', caret: 'hide' });
    assert.ok(!after.equals(before), await focused(panel.page));
  }
  await panel.close();
});
