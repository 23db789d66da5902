/** The table of models of the built page: search, sort, filters, the list that was read, and how it was read. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complete, deferred, model, startBrowser, until } from './harness.mjs';
import { list, manyModels, openModelPanel, variedModels } from './modelPanel.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const openModels = (options) => openModelPanel(browser, options);

test('every model has its figures, and what nobody stated looks and reads like it', async () => {
  const panel = await openModels();
  await panel.count.getByText('8 models').waitFor();
  const cells = await panel.row('gpt-5').locator('.cell').allTextContents();
  assert.deepEqual(cells.slice(2, 7), [
    'Provider gemini',
    'Context 272K',
    'Output ~8K (assumed)',
    'Input / 1M $1.25',
    'Output / 1M $10.00',
  ]);
  assert.match(cells[7], /~Tools \(assumed\) · Images/);
  assert.equal(cells[8], 'Deployments 3');
  assert.match((await panel.row('local/qwen3-coder').textContent()).replace(/\n/g, ' '), /free/);
  assert.match(await panel.row('team/unknown-model').textContent(), /Context ~200K \(assumed\)/);
  await panel.page.getByText(/^Read .* from \/v1\/model\/info$/).waitFor();
  await panel.picture('models-dark');
  await panel.close();
});

test('words of name, provider and id filter at once, and the number of models is told', async () => {
  const panel = await openModels();
  await panel.count.getByText('8 models').waitFor();
  await panel.search.fill('GPT 5-mini');
  assert.deepEqual(await panel.ids(), ['gpt-5-mini']);
  assert.equal(await panel.count.textContent(), '1 of 8 models');
  await panel.page.locator('.models > .announcer').getByText('1 of 8 models').waitFor();

  await panel.search.fill('<b>nothing</b>');
  await panel.page.getByText('No model matches: "<b>nothing</b>" in the name.').waitFor();
  await panel.page.getByRole('button', { name: 'Images' }).click();
  await panel.page.locator('#model-provider').selectOption({ label: 'openai (3)' });
  await panel.page.locator('#model-show').selectOption('Favorites');
  await panel.page.getByText('"<b>nothing</b>" in the name, openai, Images, Favorites').waitFor();
  await panel.picture('models-none-match');
  await panel.button('Clear Filters').click();
  assert.equal((await panel.ids()).length, 8);
  assert.equal(await panel.search.evaluate((input) => input.getRootNode().activeElement === input), true);

  await panel.page.getByRole('button', { name: 'Images' }).click();
  await panel.page.locator('#model-provider').selectOption({ label: 'anthropic (3)' });
  assert.deepEqual(await panel.ids(), ['claude-sonnet-4-5', 'local/qwen3-coder']);
  await panel.close();
});

test('headers sort, what is unknown stays last, and the order is told', async () => {
  const panel = await openModels();
  await panel.count.getByText('8 models').waitFor();
  const sorted = (name) => panel.page.getByRole('columnheader', { name }).getAttribute('aria-sort');
  assert.equal(await sorted('Model'), 'ascending');
  await panel.sort('Input / 1M');
  assert.equal(await sorted('Input / 1M'), 'ascending');
  assert.equal(await sorted('Model'), 'none');
  const cheapFirst = await panel.ids();
  assert.deepEqual(
    [cheapFirst[0], cheapFirst[6], cheapFirst[7]],
    ['local/qwen3-coder', 'claude-opus-4-1', 'team/unknown-model'],
  );
  await panel.sort('Input / 1M');
  const dearFirst = await panel.ids();
  assert.deepEqual([dearFirst[0], dearFirst[7]], ['claude-opus-4-1', 'team/unknown-model']);
  await panel.sort('Deployments');
  assert.equal(await sorted('Deployments'), 'descending');
  assert.equal((await panel.ids())[0], 'team/unknown-model');
  await panel.close();
});

test('5,000 models: few rows exist, keys are answered at once, the last one can be reached', async () => {
  const panel = await openModels({ catalogs: list(manyModels(5000)) });
  await panel.count.getByText('5,000 models').waitFor();
  assert.ok((await panel.rows.count()) < 40);
  const milliseconds = await panel.search.evaluate((input) => {
    const type = (text) => {
      input.value = text;
      const started = performance.now();
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      document.querySelector('.grid').getBoundingClientRect();
      return performance.now() - started;
    };
    return Math.max(...['m', 'mo', 'model', 'model-4', 'model-49', 'model-4999', '', 'provider-7 49'].map(type));
  });
  // Far beyond what it takes: a table that is built whole takes many times longer.
  assert.ok(milliseconds < 500, `${milliseconds} ms`);
  await panel.search.fill('');
  await panel.rows.first().focus();
  await panel.page.keyboard.press('End');
  await panel.page.waitForFunction(() => document.activeElement.textContent.includes('provider-49/model-4999'));
  assert.equal(await panel.page.evaluate(() => document.activeElement.getAttribute('aria-rowindex')), '5001');
  assert.equal(await panel.page.locator('.grid').getAttribute('aria-rowcount'), '5001');
  await panel.picture('models-many');
  await panel.close();
});

test('the keyboard walks rows and their buttons, opens details and comes back', async () => {
  const panel = await openModels();
  await panel.count.getByText('8 models').waitFor();
  const active = () =>
    panel.page.evaluate(() => ({
      id: document.activeElement.closest('[role=row]')?.querySelector('.model-id')?.textContent,
      press: document.activeElement.dataset.press,
    }));
  const press = (key) => panel.page.keyboard.press(key);
  await panel.rows.first().focus();
  await press('ArrowDown');
  await press('ArrowDown');
  assert.deepEqual(await active(), { id: 'gemini-2.5-flash-lite', press: undefined });
  await press('ArrowRight');
  assert.deepEqual(await active(), { id: 'gemini-2.5-flash-lite', press: 'favorite' });
  await press('ArrowDown');
  assert.deepEqual(await active(), { id: 'gemini-2.5-pro', press: 'favorite' });
  await press('Enter');
  await until(() => panel.profile.stored.favoriteModels?.[0] === 'gemini-2.5-pro');
  await panel.page.getByText('gemini-2.5-pro is a favorite').waitFor();
  assert.deepEqual(await active(), { id: 'gemini-2.5-pro', press: 'favorite' });
  await press('ArrowLeft');
  await press('Enter');
  await panel.detail.getByText('From the gateway').first().waitFor();
  await press('Escape');
  await panel.detail.waitFor({ state: 'detached' });
  assert.deepEqual(await active(), { id: 'gemini-2.5-pro', press: undefined });
  await press('Home');
  assert.deepEqual(await active(), { id: 'claude-opus-4-1', press: undefined });
  await press('Tab');
  assert.notEqual((await active()).id, 'claude-sonnet-4-5');
  await panel.close();
});

test('hiding is saved to the profile that is shown, marked, and taken back with one press', async () => {
  const others = [{ id: 'home', name: 'Home', baseUrl: 'https://home.example.com', hiddenModels: ['gpt-5', 7] }];
  const panel = await openModels({ stored: { others } });
  await panel.page.getByRole('combobox', { name: 'Profile' }).selectOption('home');
  await panel.row('gpt-5').getByText('Hidden').waitFor();
  await panel.row('gpt-5-mini').getByRole('button', { name: 'Hide: ' }).click();
  await panel.page.getByText('gpt-5-mini is hidden in the model picker.').waitFor();
  assert.deepEqual(panel.profile.all.get('home').stored.hiddenModels, ['gpt-5', 7, 'gpt-5-mini']);
  assert.equal(panel.profile.stored.hiddenModels, undefined);
  await panel.page.locator('#model-show').selectOption('Hidden');
  assert.deepEqual(await panel.ids(), ['gpt-5', 'gpt-5-mini']);
  await panel.picture('models-hidden');
  await panel.button('Undo').click();
  await panel.page.getByText('gpt-5-mini is shown in the model picker.').waitFor();
  assert.deepEqual(panel.profile.all.get('home').stored.hiddenModels, ['gpt-5', 7]);
  assert.deepEqual(await panel.ids(), ['gpt-5']);

  panel.profile.fail.save = new Error('the settings are read-only');
  await panel.row('gpt-5').getByRole('button', { name: 'Unhide: ' }).click();
  await panel.page.getByText('The settings could not be saved: the settings are read-only.').waitFor();
  assert.deepEqual(await panel.ids(), ['gpt-5']);
  await panel.close();
});

test('a refresh that fails says why and keeps the list, the filters, the place and the active row', async () => {
  const many = manyModels(5000);
  let failure;
  let models = many;
  const panel = await openModels({ catalogs: { list: async () => ({ models, ...(failure && { failure }) }) } });
  await panel.count.getByText('5,000 models').waitFor();
  await panel.search.fill('provider-7');
  await panel.rows.first().focus();
  for (let step = 0; step < 5; step += 1) await panel.page.keyboard.press('PageDown');
  const place = async () => {
    // Rows are drawn anew when the table has scrolled.
    await panel.page.locator('.grid-body [tabindex="0"] .model-id').waitFor({ state: 'attached' });
    return panel.page.evaluate(() => ({
      top: document.querySelector('.grid-body').scrollTop,
      active: document.querySelector('.grid-body [tabindex="0"]').querySelector('.model-id').textContent,
    }));
  };
  const before = await place();
  assert.ok(before.top > 0);
  failure = { sentence: 'The gateway could not be reached. Check that it is running.' };
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway could not be reached. Check that it is running.').waitFor();
  await panel.page.getByText(/^The list of .* is kept\.$/).waitFor();
  assert.deepEqual(await place(), before);
  await panel.picture('models-kept');

  failure = undefined;
  models = many.map((given) => ({ ...given, deployments: 9 }));
  await panel.button('Refresh').click();
  await panel.page.getByText(/^Read .* from/).waitFor();
  assert.deepEqual(await place(), before);
  assert.equal(await panel.search.inputValue(), 'provider-7');
  assert.match(await panel.rows.first().textContent(), /Deployments 9/);
  await panel.page.locator('#tab-settings').click();
  await panel.page.locator('#tab-models').click();
  assert.deepEqual(await place(), before);
  await panel.close();
});

test('a list that could not be read whole says what was asked, what came, what that means and what to do', async () => {
  const attempts = [
    { path: '/v1/model/info', status: 403, error: 'This key may not call <b>this</b> route.' },
    { path: '/model_group/info', status: 404, error: 'Not Found' },
    { path: '/v1/models', status: 200 },
  ];
  const issues = Array.from({ length: 30 }, (_, index) => ({ path: `/data/${index}`, message: 'no name' }));
  const models = [complete(model('only-a-name', { assumed: ['contextWindow', 'maxTokens'] }))];
  const panel = await openModels({ catalogs: { list: async () => ({ models, attempts, issues }) } });
  const trail = panel.page.locator('.trail');
  await trail.getByText('/v1/model/info → 403: This key may not call <b>this</b> route.').waitFor();
  await trail
    .getByText('This key may not ask for it. Whoever runs the gateway can allow this path for the key.')
    .waitFor();
  await trail.getByText('The gateway has no such path').waitFor();
  await trail.getByText('30 rows of the gateway could not be read:').waitFor();
  assert.equal(await trail.locator('ul li').count(), 20);
  await panel.page.getByText(/^Read .* from \/v1\/models$/).waitFor();
  await panel.picture('models-trail');
  await panel.close();

  const fine = await openModels();
  await fine.count.getByText('8 models').waitFor();
  assert.equal(await fine.page.locator('.trail').evaluate((details) => details.open), false);
  await fine.page.getByText('Nothing is missing').waitFor();
  await fine.close();
});

test('without models the view says why, and where to look', async () => {
  const none = await openModels({ catalogs: list([]) });
  await none.page.getByText('The gateway shows no models to this key.').waitFor();
  await none.close();

  const failure = { sentence: 'The gateway could not be reached.' };
  const failed = await openModels({
    catalogs: { list: async () => ({ models: [], attempts: undefined, readAt: undefined, failure }) },
  });
  await failed.page.getByText('The gateway could not be reached.').waitFor();
  await failed.picture('models-failed');
  await failed.page.locator('.list-state').getByRole('button', { name: 'Test Connection' }).click();
  await failed.page.getByText('The connection works.').waitFor();
  await failed.close();
});

test('answers that come late count for nobody: after a newer request, after Cancel, after the panel is closed', async () => {
  const answers = [deferred(), deferred(), deferred(), deferred()];
  let asked = 0;
  const panel = await openModels({
    catalogs: {
      list: () => {
        asked += 1;
        return answers[asked - 1].promise;
      },
    },
  });
  await until(() => asked === 1);
  await panel.button('Refresh').click();
  await until(() => asked === 2);
  answers[1].resolve({ models: [complete(model('new'))] });
  await panel.row('new').waitFor();
  answers[0].resolve({ models: [complete(model('old'))] });
  await panel.button('Refresh').click();
  await until(() => asked === 3);
  await panel.page.locator('.list-state').getByRole('button', { name: 'Cancel' }).click();
  await panel.page.getByText('Cancelled. Refresh asks again.').waitFor();
  answers[2].resolve({ models: [complete(model('cancelled'))] });
  assert.deepEqual(await panel.ids(), ['new']);
  await panel.button('Refresh').click();
  await until(() => asked === 4);
  const posted = panel.seen.posted.length;
  await panel.close();
  answers[3].resolve({ models: [complete(model('closed'))] });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(panel.seen.posted.length, posted);
});

test('what a hostile gateway sends is text, bounded, and kept apart', async () => {
  const megabyte = '<img src=x onerror=alert(1)>'.repeat(40_000);
  const hostile = [
    model('<img src=x onerror="document.title=1">', { name: '<script>1</script>', provider: '"><b>bold</b>' }),
    model('\u202egpt-4\u202c-evil', { name: '\u2067عربي\u2069 \u202eabc', provider: '\u202epmet' }),
    model('x'.repeat(10_000), { name: megabyte, description: megabyte, deployments: 4000 }),
    model('__proto__', { name: 'constructor', provider: 'toString' }),
    model('', { name: '' }),
    model('many', { supportedParams: Array.from({ length: 10_000 }, () => megabyte.slice(0, 500)) }),
  ].map(complete);
  const panel = await openModels({ catalogs: list(hostile) });
  await panel.count.getByText('6 models').waitFor();
  const table = panel.seen.posted.find(({ result }) => result?.outcome === 'table');
  assert.ok(JSON.stringify(table).length < 40_000);
  assert.equal(await panel.page.locator('.models').locator('img, script, b').count(), 0);
  assert.equal(await panel.page.title(), 'LiteLLM Gateway');
  assert.equal(
    await panel.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    0,
  );
  const heights = await panel.rows.evaluateAll((rows) => new Set(rows.map((row) => row.offsetHeight)).size);
  assert.equal(heights, 1);
  await panel.picture('models-hostile');
  for (const id of ['many', '__proto__']) {
    await panel.row(id).click();
    await panel.detail.locator('dt').first().waitFor();
    await panel.page.keyboard.press('Escape');
    await panel.detail.waitFor({ state: 'detached' });
  }
  await panel.rows.filter({ hasText: 'xxxxx' }).click();
  await panel.detail.locator('dt').first().waitFor();
  assert.ok((await panel.detail.textContent()).length < 12_000);
  assert.equal(await panel.detail.locator('img, script, b').count(), 0);
  await panel.picture('model-hostile');
  await panel.page.keyboard.press('Escape');

  // An id that objects know already is saved like any other.
  await panel.row('__proto__').getByRole('button', { name: 'Hide: ' }).click();
  await until(() => panel.profile.stored.hiddenModels?.[0] === '__proto__');
  await panel.row('__proto__').click();
  await panel.detail.getByLabel('Longest answer', { exact: true }).fill('5');
  await panel.detail.getByRole('button', { name: 'Save' }).click();
  await until(() => Object.hasOwn(panel.profile.stored.modelOverrides ?? {}, '__proto__'));
  await panel.close();
});

test('the models of a profile that the editor keeps are shown, and nothing of them can be changed', async () => {
  const { scriptedGroups } = await import('./harness.mjs');
  const group = { id: 'group:lab', name: 'lab', group: { address: 'https://lab.example.com', hasKey: true } };
  const panel = await openModels({ groups: scriptedGroups([group]) });
  await panel.page.getByRole('combobox', { name: 'Profile' }).selectOption('group:lab');
  await panel.count.getByText('8 models').waitFor();
  assert.equal(await panel.page.locator('[data-press]').count(), 0);
  await panel.row('gpt-5').click();
  await panel.detail.getByText("what you see here can't be changed").waitFor();
  await panel.close();
});

test('a change made elsewhere is followed, and the key never comes to the page', async () => {
  const panel = await openModels({ stored: { apiKey: 'sk-saved-secret' } });
  await panel.count.getByText('8 models').waitFor();
  panel.profile.change({ hiddenModels: ['gpt-5'], modelOverrides: { 'gpt-5': { maxTokens: 77_000 } } });
  await panel.row('gpt-5').getByText('Hidden').waitFor();
  assert.match(await panel.row('gpt-5').textContent(), /Output 77K/);
  assert.ok(!JSON.stringify(panel.seen.posted).includes('sk-saved-secret'));
  await panel.close();
});

test('a row that leaves the table hands the keyboard to the next one, and the last one to the search', async () => {
  const panel = await openModels({ stored: { hiddenModels: ['gemini-2.5-pro', 'gpt-5', 'gpt-5-mini'] } });
  await panel.page.locator('#model-show').selectOption('Hidden');
  await panel.count.getByText('3 of 8 models').waitFor();
  const active = () =>
    panel.page.evaluate(() => document.activeElement.closest('[role=row]')?.querySelector('.model-id')?.textContent);
  await panel.rows.nth(1).focus();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('Enter');
  await panel.count.getByText('2 of 8 models').waitFor();
  assert.equal(await active(), 'gpt-5-mini');
  await panel.page.keyboard.press('Enter');
  await panel.count.getByText('1 of 8 models').waitFor();
  assert.equal(await active(), 'gemini-2.5-pro');
  await panel.page.keyboard.press('Enter');
  await panel.count.getByText('0 of 8 models').waitFor();
  await panel.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  assert.equal(await panel.page.evaluate(() => document.activeElement.id), 'model-search');
  await panel.close();
});

test('a refresh that is under way is not lost to a change, and the state is not told again with each one', async () => {
  const asked = [];
  const answers = [];
  const panel = await openModels({
    catalogs: {
      list: ({ refresh }) => {
        asked.push(refresh);
        if (asked.length === 1) return Promise.resolve({ models: variedModels });
        const answer = deferred();
        answers.push(answer);
        return answer.promise;
      },
    },
  });
  await panel.page.getByText(/^Read .* from/).waitFor();
  await panel.button('Refresh').click();
  await until(() => asked.length === 2);
  await panel.row('gpt-5').getByRole('button', { name: 'Add gpt-5 to the favorites' }).click();
  await until(() => asked.length === 3);
  assert.deepEqual(asked, [false, true, true]);
  await panel.page.getByText('Asking the gateway for its models…').waitFor();
  for (const answer of answers) answer.resolve({ models: variedModels });
  await panel.page.getByText(/^Read .* from/).waitFor();

  await panel.page.evaluate(() => {
    window.told = 0;
    new MutationObserver(() => {
      window.told += 1;
    }).observe(document.querySelector('.list-state [role=status]'), { childList: true, subtree: true });
  });
  await panel.row('gpt-5-mini').getByRole('button', { name: 'Hide: ' }).click();
  await until(() => asked.length === 4);
  answers.at(-1).resolve({ models: variedModels.slice(1) });
  await panel.count.getByText('7 models').waitFor();
  assert.equal(await panel.page.evaluate(() => window.told), 0);
  await panel.close();
});

test('names that differ in what is not seen look different, and long words of other scripts are shown whole', async () => {
  const pictures = '\u{1f600}'.repeat(400);
  const alike = [
    'gpt-5',
    'GPT-5',
    'gpt\u200b-5',
    'gpt\u200d-5',
    'gpt-5\n',
    'gpt\u061c-5',
    'gp\u00adt-5',
    '\ufeffgpt-5',
  ];
  const joined = 'می\u200cخواهم';
  const models = [
    ...alike.map((id) => complete(model(id))),
    complete(model(joined, { description: pictures })),
    complete(model('words', { description: 'true', provider: 'false' })),
  ];
  const panel = await openModels({ catalogs: list(models) });
  await panel.count.getByText('10 models').waitFor();
  const ids = await panel.page.locator('.grid-body .model-id').allTextContents();
  assert.ok(!ids.some((id) => /(?!\u200c)\p{Cf}/u.test(id)), JSON.stringify(ids));
  assert.ok(ids.includes(joined));
  await panel.row(joined).click();
  await panel.detail.getByText(pictures).waitFor();
  await panel.page.keyboard.press('Escape');
  await panel.row('words').click();
  const fact = (name) =>
    panel.detail.locator('dt', { hasText: name }).first().locator('xpath=following-sibling::dd[1]');
  assert.match(await fact('Description').textContent(), /^true/);
  assert.match(await fact('Provider').textContent(), /^false/);
  await panel.close();
});

test('20,000 models with a provider each: few elements exist, and nothing is counted before it came', async () => {
  const answer = deferred();
  const panel = await openModels({ catalogs: { list: () => answer.promise } });
  await panel.page.getByText('Asking the gateway for its models…').waitFor();
  assert.equal(await panel.count.textContent(), '');
  const given = complete(model('one'));
  answer.resolve({
    models: Array.from({ length: 20_000 }, (_, index) => ({
      ...given,
      id: `model-${index}`,
      provider: `by-${index}`,
    })),
  });
  await panel.count.getByText('20,000 models').waitFor({ timeout: 60_000 });
  assert.ok((await panel.page.locator('*').count()) < 3000);
  await panel.rows.first().focus();
  await panel.page.keyboard.press('End');
  await panel.page.waitForFunction(() => document.activeElement.textContent.includes('model-19999'));
  assert.equal(await panel.page.locator('#model-provider option').count(), 501);
  await panel.close();
});

test('from right to left, the name stands below the id', async () => {
  const panel = await openModels();
  await panel.count.getByText('8 models').waitFor();
  await panel.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  const edges = await panel.row('gpt-5').evaluate((row) =>
    ['.model-id', '.model-name'].map((name) => {
      const range = document.createRange();
      range.selectNodeContents(row.querySelector(name));
      return Math.round(range.getBoundingClientRect().right);
    }),
  );
  assert.equal(edges[0], edges[1]);
  await panel.picture('models-right-to-left');
  await panel.close();
});
