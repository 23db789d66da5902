/** The fields that are folded away: their values, their marks, what is wrong with them, and what of them is kept. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { model, scriptedCore, scriptedProfile, someModels, startBrowser, until } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const everything = ['more', 'answers', 'reasoning', 'network', 'gateway', 'records', 'requests'];

const open = (options = {}) => browser.open({ unfolded: everything, height: 1600, ...options });

const stored = () => ({
  baseUrl: 'https://gateway.example.com',
  modelId: 'gpt-5',
  maxTokens: 4096,
  timeoutMs: 90_000,
  headers: { 'x-team': 'blue' },
  fallbacks: ['a', { model: 'b', messages: [] }],
  tags: ['one', 'two'],
  metadata: { project: 'search' },
  usePromptCache: false,
});

const title = (panel, name) => panel.page.locator('summary', { has: panel.page.getByText(name, { exact: true }) });
const save = async (panel) => {
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
};

test('all of it is folded away at first, and what was unfolded is remembered', async () => {
  const panel = await browser.open();
  assert.equal(await panel.page.locator('details[open]').count(), 0);
  await title(panel, 'More').first().click();
  await title(panel, 'Network').click();
  await until(() => panel.seen.unfolded.length === 2);
  assert.deepEqual(panel.seen.unfolded, ['more', 'network']);
  await panel.close();
  const again = await browser.open({ unfolded: ['more', 'network'] });
  assert.equal(await again.page.locator('#timeoutMs').isVisible(), true);
  assert.equal(await again.page.locator('#maxTokens').isVisible(), false);
  await again.close();
});

test('what is stored stands in its fields, in their units', async () => {
  const panel = await open({ profile: scriptedProfile(stored()) });
  const { page } = panel;
  assert.equal(await page.locator('#maxTokens input').inputValue(), '4096');
  assert.equal(await page.locator('#timeoutMs input').inputValue(), '90');
  assert.equal(await page.locator('#discoveryTimeoutMs input').inputValue(), '');
  assert.equal(await page.locator('#discoveryTimeoutMs input').getAttribute('placeholder'), '15');
  assert.deepEqual(await page.locator('.header input').evaluateAll((inputs) => inputs.map(({ value }) => value)), [
    'x-team',
    'blue',
  ]);
  assert.deepEqual(await panel.field('fallbacks').locator('.item').allTextContents(), [
    'a',
    '{"model":"b","messages":[]}',
  ]);
  assert.equal(await page.locator('#metadata').inputValue(), '{\n  "project": "search"\n}');
  assert.equal(await page.locator('#usePromptCache').isChecked(), false);
  await panel.field('timeoutMs').getByText('Default: 300 s.').waitFor();
  // As it was opened nothing is changed, and the titles tell what is set.
  assert.equal(await page.getByText('Unsaved changes').count(), 0);
  assert.match(await title(panel, 'More').first().textContent(), /7 set$/);
  assert.match(await title(panel, 'Network').textContent(), /2 set$/);
  await panel.close();
});

test('what is typed is stored as the settings have it, and saving says what changed', async () => {
  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5' });
  const panel = await open({ profile });
  const { page } = panel;
  await page.locator('#maxTokens input').fill(' 8192 ');
  await page.locator('#temperature input').fill('0.5');
  await page.locator('#reasoningEffort input').fill('high');
  await page.locator('#timeoutMs input').fill('1.5');
  await page.locator('#maxRetries input').fill('0');
  await panel.button('Add Header').click();
  await page.keyboard.type('x-team');
  await page.keyboard.press('Tab');
  await page.keyboard.type('blue');
  await page.locator('#tags input').fill('one');
  await page.keyboard.press('Enter');
  await page.locator('#tags input').fill('two');
  await page.locator('#fallbacks input').fill('{"model": "b"}');
  await panel.button('Add to Fallback models').click();
  await page.locator('#usePromptCache').uncheck();
  await page.locator('#extraBody').fill('{"top_k": 40}');
  await panel.field('maxTokens').getByText('Changed').waitFor();
  assert.match(await title(panel, 'Answers').textContent(), /2 changed2 set$/);
  await panel.picture('more-changed');
  await save(panel);
  assert.equal(
    await page.locator('.actions .status').textContent(),
    'Saved: Output limit, Temperature, Reasoning effort, Answer timeout, Retries, Custom headers, Fallback models, Tags, Prompt cache, Extra body',
  );
  const { baseUrl, modelId, ...more } = profile.stored;
  assert.deepEqual(JSON.parse(JSON.stringify(more)), {
    maxTokens: 8192,
    temperature: 0.5,
    reasoningEffort: 'high',
    timeoutMs: 1500,
    maxRetries: 0,
    headers: { 'x-team': 'blue' },
    tags: ['one', 'two'],
    fallbacks: [{ model: 'b' }],
    usePromptCache: false,
    extraBody: { top_k: 40 },
  });
  // What was typed and not added is a row now.
  assert.deepEqual(await panel.field('tags').locator('.item').allTextContents(), ['one', 'two']);
  assert.equal(await page.locator('#tags input').inputValue(), '');
  assert.equal(await page.locator('.is-changed').count(), 0);
  await panel.close();
});

test('only what was changed is written, and what can not be shown stays as it is', async () => {
  const profile = scriptedProfile({ ...stored(), numRetries: 3 });
  const panel = await open({ profile });
  await panel.page.locator('#user input').fill('me');
  await save(panel);
  assert.deepEqual(profile.saves.at(-1).settings, {
    baseUrl: 'https://gateway.example.com',
    modelId: 'gpt-5',
    user: 'me',
  });
  await panel.close();
});

test('a field is reset to its default', async () => {
  const profile = scriptedProfile(stored());
  const panel = await open({ profile });
  for (const label of ['Output limit', 'Answer timeout', 'Custom headers', 'Tags', 'Metadata', 'Prompt cache']) {
    await panel.button(`Reset to Default: ${label}`).click();
    await panel.button(`Reset to Default: ${label}`).waitFor({ state: 'hidden' });
  }
  assert.equal(await panel.page.locator('#timeoutMs input').inputValue(), '');
  await save(panel);
  for (const name of ['maxTokens', 'timeoutMs', 'headers', 'tags', 'metadata', 'usePromptCache']) {
    assert.equal(profile.stored[name], undefined, name);
  }
  assert.equal(profile.stored.fallbacks.length, 2);
  await panel.close();
});

test('what is wrong stands at its field as one types, and in the folded title', async () => {
  const panel = await open({ profile: scriptedProfile({ baseUrl: 'https://gateway.example.com' }) });
  const { page } = panel;
  const cases = [
    ['#maxTokens input', '0', 'Type a whole number of at least 1.'],
    ['#maxTokens input', 'many', 'Type a whole number of at least 1.'],
    ['#temperature input', '3', 'Type a number from 0 to 2.'],
    ['#timeoutMs input', '0', 'Type a number of seconds from 0.001 to 2147483.647.'],
    ['#maxRetries input', '1.5', 'Type a whole number from 0 to 100.'],
    ['#extraBody', '[1]', 'Write an object, such as { "name": "value" }.'],
    ['#extraBody', '{\n  "a": 1\n  "b": 2\n}', 'Line 3, column 3: a comma or a closing bracket is missing.'],
    ['#metadata', "{'a': 1}", 'Line 1, column 2: a name in double quotes is expected here.'],
  ];
  for (const [control, text, sentence] of cases) {
    await page.locator(control).fill(text);
    await page.getByRole('alert').filter({ hasText: sentence }).first().waitFor();
  }
  await panel.button('Add Header').click();
  await page.locator('.header input').first().fill('x team');
  await panel.page.getByText('"x team" can\'t be sent as a header.').waitFor();
  assert.equal(await page.locator('#extraBody').getAttribute('aria-invalid'), 'true');
  assert.match(await title(panel, 'Answers').textContent(), /2 errors/);
  assert.match(await title(panel, 'More').first().textContent(), /7 errors/);
  await panel.picture('more-errors');
  await page.locator('#maxTokens input').fill('5');
  await title(panel, 'Answers').getByText('1 error').waitFor();
  await panel.close();
});

test('saving with a mistake in a folded field unfolds it and puts the cursor there', async () => {
  const panel = await browser.open({ unfolded: ['more', 'answers'] });
  await panel.page.locator('#topP input').fill('7');
  await title(panel, 'Answers').click();
  await title(panel, 'More').first().click();
  await panel.button('Save').click();
  await panel.page.getByText('Correct the marked fields first.').waitFor();
  assert.equal(await panel.page.locator('#topP').isVisible(), true);
  assert.equal(await panel.page.evaluate(() => document.activeElement.id), 'topP');
  assert.deepEqual(panel.profile.saves, []);
  await panel.close();
});

test('stored values of other types are told, and stay until they are changed', async () => {
  const profile = scriptedProfile({ maxTokens: 'many', tags: 'one', headers: 5, metadata: 'x', temperature: { a: 1 } });
  const panel = await open({ profile });
  await panel.page.locator('details.more > summary').getByText('5 errors').waitFor();
  assert.equal(await panel.page.locator('#maxTokens input').inputValue(), 'many');
  for (const label of ['Output limit', 'Tags', 'Custom headers', 'Metadata', 'Temperature']) {
    const reset = panel.button(`Reset to Default: ${label}`);
    // Where nothing can be shown, a click into the field and a word replace what is stored.
    if (await reset.isVisible()) await reset.click();
  }
  await panel.page.locator('details.more > summary').getByText('1 error').waitFor();
  await panel.close();
});

test('efforts and fallbacks are offered from the list of models, and other words are taken as well', async () => {
  const models = [model('gpt-5', { reasoningEfforts: ['minimal', 'low', 'high'] }), ...someModels.slice(3)];
  const core = scriptedCore({ listModels: async () => ({ models }) });
  const panel = await open({
    core,
    profile: scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5' }),
  });
  const { page } = panel;
  await page.getByText('The gateway offers').waitFor();
  await panel.field('reasoningEffort').getByText('The chosen model knows: minimal, low, high.').waitFor();
  const effort = page.locator('#reasoningEffort input');
  await effort.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await effort.inputValue(), 'low');
  await effort.fill('extreme');
  const fallbacks = page.locator('#fallbacks input');
  await fallbacks.fill('gem');
  await page.getByRole('option', { name: 'gemini-2.5-pro' }).click();
  await fallbacks.fill('mini');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await fallbacks.fill('not/listed');
  await page.keyboard.press('Enter');
  const items = panel.field('fallbacks').locator('.item');
  assert.deepEqual(await items.allTextContents(), ['gemini-2.5-pro', 'gpt-5-mini', 'not/listed']);
  await panel.button('Move not/listed up').click();
  assert.deepEqual(await items.allTextContents(), ['gemini-2.5-pro', 'not/listed', 'gpt-5-mini']);
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'Move not/listed up');
  await panel.button('Remove gemini-2.5-pro').click();
  assert.deepEqual(await items.allTextContents(), ['not/listed', 'gpt-5-mini']);
  await fallbacks.click();
  await panel.picture('more-fallbacks');
  await save(panel);
  assert.deepEqual(panel.profile.stored.fallbacks, ['not/listed', 'gpt-5-mini']);
  assert.equal(panel.profile.stored.reasoningEffort, 'extreme');
  await panel.close();
});

test('what is typed goes into every try', async () => {
  const panel = await open({ profile: scriptedProfile(stored()) });
  await panel.page.locator('#maxTokens input').fill('77');
  await panel.button('Remove header x-team').click();
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  const settings = panel.core.handlers.at(-1);
  assert.equal(settings.maxTokens, 77);
  assert.equal(settings.headers, undefined);
  assert.equal(settings.timeoutMs, 90_000);
  await panel.close();
});

test('unsaved texts come back after the window was loaded anew, and after the page was closed; headers do not', async () => {
  const panel = await open({ profile: scriptedProfile(stored()) });
  const { page } = panel;
  await page.locator('#maxTokens input').fill('77');
  await page.locator('#tags input').fill('three');
  await page.locator('.header input').last().fill('sk-typed-secret');
  await panel.key.fill('sk-typed-secret');
  await until(() => panel.session.kept?.unsaved.default.changed.length === 4);
  const { kept } = panel.session;
  assert.deepEqual(kept.unsaved.default.changed, ['apiKey', 'maxTokens', 'headers', 'tags']);
  assert.deepEqual(kept.unsaved.default.more, { maxTokens: '77', tags: ['one', 'two', 'three'] });
  const state = await panel.state();
  assert.deepEqual(state, kept);
  assert.ok(!JSON.stringify(state).includes('sk-'));
  await panel.close();
  for (const way of [{ state }, { restored: kept }]) {
    const again = await open({ profile: scriptedProfile(stored()), ...way });
    assert.equal(await again.page.locator('#maxTokens input').inputValue(), '77');
    assert.deepEqual(await again.field('tags').locator('.item').allTextContents(), ['one', 'two', 'three']);
    assert.equal(await again.page.locator('.header input').last().inputValue(), 'blue');
    await again.page.getByText('Unsaved changes').waitFor();
    await save(again);
    assert.equal(again.profile.stored.maxTokens, 77);
    await until(() => again.session.kept && Object.keys(again.session.kept.unsaved).length === 0);
    await again.close();
  }
});

test('what others save is followed where the user has not typed', async () => {
  const profile = scriptedProfile(stored());
  const panel = await open({ profile });
  await panel.page.locator('#maxTokens input').fill('77');
  profile.change({ maxTokens: 5, temperature: 1, headers: undefined });
  await panel.page.locator('.header').waitFor({ state: 'detached' });
  assert.equal(await panel.page.locator('#maxTokens input').inputValue(), '77');
  assert.equal(await panel.page.locator('#temperature input').inputValue(), '1');
  await panel.close();
});

test('JSON is read as JavaScript reads it, and a mistake has a place', () => {
  const { readJson } = browser.host;
  const parts = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"\\u00e9"',
    '1',
    '-0.5e+3',
    'true',
    'null',
    ' ',
    '\n',
    '"',
    '\\',
    '01',
    '\t',
    'x',
  ];
  // A fixed walk through the space of short texts.
  let seed = 7;
  const next = (limit) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % limit;
  };
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: next(9) }, () => parts[next(parts.length)]).join('');
    let value;
    let isJson = true;
    try {
      value = JSON.parse(text);
    } catch {
      isJson = false;
    }
    const read = readJson(text);
    if (isJson) assert.deepEqual(read, { value });
    else assert.ok(read.problem.line >= 1 && read.problem.column >= 1, text);
  }
  assert.deepEqual(readJson('{"a": "b\n"}').problem, { mistake: 'quote', line: 1, column: 7 });
  assert.deepEqual(readJson('{"a": 1} x').problem, { mistake: 'after', line: 1, column: 10 });
  assert.deepEqual(readJson('{"a":\n').problem, { mistake: 'value', line: 2, column: 1 });
  assert.equal(readJson('['.repeat(100_000)).problem.mistake, 'closing');
});
