/** The model field: fetching the list, choosing, filtering, and what a hostile gateway may put into it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, model, scriptedCore, scriptedProfile, someModels, startBrowser, until } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const savedProfile = () => scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-saved' });

/** A panel whose list of models has come. */
async function openWith(models, options = {}) {
  const core = scriptedCore({ listModels: async () => ({ models }) });
  const panel = await browser.open({ profile: savedProfile(), core, ...options });
  await panel.page.getByText(/The gateway (offers|shows)|网关提供/).waitFor();
  const rows = panel.page.getByRole('option');
  const activeId = () =>
    panel.model.evaluate((input) => input.ariaActiveDescendantElement?.querySelector('.model-id').textContent ?? null);
  return { ...panel, rows, activeId, popup: panel.page.locator('.popup') };
}

test('what is saved is asked for its models when the page opens', async () => {
  const panel = await openWith(someModels);
  assert.equal(panel.sent('listModels').length, 1);
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.close();
});

test('a row shows id, name, context and price, and nothing where nothing is known', async () => {
  const panel = await openWith(someModels);
  await panel.model.click();
  const text = async (id) => (await panel.rows.filter({ hasText: id }).allInnerTexts())[0].split('\n').filter(Boolean);
  assert.deepEqual(await text('claude-sonnet-4-5'), [
    'claude-sonnet-4-5',
    'Claude Sonnet 4.5',
    '$3.00 in · $15.00 out per 1M',
    '200K context',
  ]);
  assert.deepEqual(await text('gemini-2.5-flash-lite'), [
    'gemini-2.5-flash-lite',
    '$0.10 in · $0.40 out per 1M',
    '1M context',
  ]);
  assert.deepEqual(await text('team/unknown-model'), ['team/unknown-model']);
  await panel.close();
});

test('a click chooses, closes the list and marks the field', async () => {
  const panel = await openWith(someModels);
  await panel.model.click();
  await panel.rows.filter({ hasText: 'gpt-5-mini' }).click();
  assert.equal(await panel.model.inputValue(), 'gpt-5-mini');
  assert.equal(await panel.popup.isVisible(), false);
  assert.equal(await panel.model.evaluate((input) => input.getRootNode().activeElement === input), true);
  await panel.page.getByText('Unsaved changes').waitFor();
  await panel.model.click();
  assert.equal(
    await panel.page.getByRole('option', { selected: true }).locator('.model-id').textContent(),
    'gpt-5-mini',
  );
  await panel.close();
});

test('the keyboard opens, walks, chooses and closes', async () => {
  const panel = await openWith(someModels);
  const press = (key) => panel.page.keyboard.press(key);
  await panel.model.focus();
  assert.equal(await panel.popup.isVisible(), false);
  await press('ArrowDown');
  assert.equal(await panel.model.getAttribute('aria-expanded'), 'true');
  assert.equal(await panel.activeId(), null);
  await press('ArrowDown');
  await press('ArrowDown');
  assert.equal(await panel.activeId(), 'claude-opus-4-1');
  await press('ArrowUp');
  await press('ArrowUp');
  assert.equal(await panel.activeId(), 'claude-sonnet-4-5');
  await press('PageDown');
  assert.equal(await panel.activeId(), 'team/unknown-model');
  await press('Enter');
  assert.equal(await panel.model.inputValue(), 'team/unknown-model');
  assert.equal(await panel.model.getAttribute('aria-expanded'), 'false');

  await press('ArrowUp');
  assert.equal(await panel.activeId(), 'team/unknown-model');
  await press('ArrowUp');
  await press('Escape');
  assert.equal(await panel.popup.isVisible(), false);
  assert.equal(await panel.model.inputValue(), 'team/unknown-model');
  await press('ArrowDown');
  await press('Tab');
  assert.equal(await panel.popup.isVisible(), false);
  await panel.close();
});

test('typing filters by every word of id and name, and takes any text', async () => {
  const panel = await openWith(someModels);
  await panel.model.focus();
  await panel.page.keyboard.type('GPT 5');
  assert.deepEqual(await panel.rows.locator('.model-id').allInnerTexts(), ['gpt-5', 'gpt-5-mini']);
  await panel.page.keyboard.press('Enter');
  assert.equal(await panel.model.inputValue(), 'GPT 5');
  await panel.page.getByText('The gateway does not list this model.').waitFor();

  await panel.model.fill('my-own/model');
  await panel.page.getByText('No listed model matches "my-own/model".').waitFor();
  assert.equal(await panel.rows.count(), 0);
  await panel.page.keyboard.press('Enter');
  await panel.button('Save').click();
  await panel.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  assert.equal(panel.profile.stored.modelId, 'my-own/model');
  await panel.close();
});

test('an id that begins with what is typed comes before others that contain it', async () => {
  const panel = await openWith([model('a/gpt'), model('b/gpt'), model('gpt')]);
  await panel.model.fill('gpt');
  assert.deepEqual(await panel.rows.locator('.model-id').allInnerTexts(), ['gpt', 'a/gpt', 'b/gpt']);
  await panel.close();
});

test('the list says so when it is empty', async () => {
  const panel = await browser.open();
  await panel.model.click();
  await panel.page.getByText('No list yet. Refresh asks the gateway for its models.').waitFor();
  await panel.close();

  const none = await openWith([]);
  await none.page.getByText('The gateway shows no models to this key.').waitFor();
  await none.close();
  const one = await openWith([model('only')]);
  await one.page.getByText('The gateway offers 1 model.').waitFor();
  await one.close();
});

test('5,000 models: few rows exist, typing answers at once, the last one can be reached', async () => {
  const many = Array.from({ length: 5000 }, (_, index) =>
    model(`provider-${index % 50}/model-${String(index).padStart(4, '0')}`, {
      inputPrice: index / 100,
      outputPrice: 1,
    }),
  );
  const panel = await openWith(many);
  await panel.page.getByText('The gateway offers 5000 models.').waitFor();
  await panel.model.click();
  assert.ok((await panel.rows.count()) < 40);
  const milliseconds = await panel.model.evaluate((input) => {
    const type = (text) => {
      input.value = text;
      const started = performance.now();
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      document.querySelector('.listbox').getBoundingClientRect();
      return performance.now() - started;
    };
    const times = ['m', 'mo', 'model', 'model-4', 'model-49', 'model-4999', '', 'provider-7 49'].map(type);
    return Math.max(...times);
  });
  // Far beyond what it takes: a list that is built whole takes many times longer.
  assert.ok(milliseconds < 500, `${milliseconds} ms`);

  await panel.model.fill('');
  await panel.page.keyboard.press('ArrowUp');
  assert.equal(await panel.activeId(), 'provider-49/model-4999');
  assert.equal(await panel.rows.last().getAttribute('aria-posinset'), '5000');
  assert.equal(await panel.rows.last().getAttribute('aria-setsize'), '5000');
  const isInSight = await panel.model.evaluate((input) => {
    const row = input.ariaActiveDescendantElement.getBoundingClientRect();
    const box = document.querySelector('.listbox').getBoundingClientRect();
    return row.top >= box.top - 1 && row.bottom <= box.bottom + 1;
  });
  assert.equal(isInSight, true);
  await panel.picture('many-models');
  await panel.close();
});

test('hostile names are text, cut for reading, and kept apart from the text around them', async () => {
  const long = 'x'.repeat(10_000);
  const hostile = [
    model('<img src=x onerror="document.title=1">', { name: '<script>document.title=2</script>' }),
    model('a" onmouseover="alert(1)', { name: '&lt;b&gt;' }),
    model('\u202Egpt-4\u202C-evil', { name: '\u2067عربي\u2069 \u202Eabc' }),
    model('שלום/model', { name: 'שלום עולם' }),
    model(long, { name: long }),
    model('line\nbreak\u0000null', { name: 'tab\tname' }),
    model('__proto__', { name: 'constructor' }),
    model('', { name: '' }),
  ];
  const panel = await openWith(hostile);
  await panel.model.click();
  assert.equal(await panel.rows.count(), hostile.length);
  assert.equal(await panel.page.locator('.popup').locator('img, script, b').count(), 0);
  assert.equal(await panel.page.title(), 'LiteLLM Gateway');
  const widths = await panel.page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
    document.querySelector('.listbox').scrollWidth - document.querySelector('.listbox').clientWidth,
  ]);
  assert.equal(widths[0], widths[1]);
  assert.equal(widths[2], 0);
  const shown = await panel.rows.locator('.model-id').allTextContents();
  assert.ok(Math.max(...shown.map((text) => text.length)) < 400);
  const heights = await panel.rows.evaluateAll((rows) => new Set(rows.map((row) => row.offsetHeight)).size);
  assert.equal(heights, 1);
  await panel.picture('hostile-models');

  // What is cut for reading is whole when it is chosen.
  await panel.rows.nth(4).click();
  assert.equal((await panel.model.inputValue()).length, 10_000);
  await panel.close();
});

test('a failed refresh says why beside the button, keeps the old list, and can be tried again', async () => {
  let failure;
  const core = scriptedCore({
    listModels: async () => {
      if (failure) throw failure;
      return { models: someModels };
    },
  });
  const panel = await browser.open({ profile: savedProfile(), core });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  failure = new Error('The gateway could not be reached. Check that it is running.');
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway could not be reached. Check that it is running.').waitFor();
  await panel.picture('refresh-failed');
  await panel.model.click();
  assert.equal(await panel.page.getByRole('option').count(), 8);
  failure = undefined;
  await panel.page.keyboard.press('Escape');
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await panel.close();
});

test('a refresh can be cancelled, and its request is stopped', async () => {
  const signals = [];
  const core = scriptedCore({
    listModels: (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  const panel = await browser.open({ core });
  await panel.button('Refresh').click();
  await panel.page.getByText('Asking the gateway for its models…').waitFor();
  await panel.button('Cancel').click();
  await panel.page.getByText('Cancelled. Refresh asks again.').waitFor();
  await until(() => signals[0].aborted);
  await panel.close();
});

test('of two refreshes the newer one counts, whatever comes later', async () => {
  const answers = [deferred(), deferred()];
  const signals = [];
  const core = scriptedCore({
    listModels: (_, { signal }) => {
      signals.push(signal);
      return answers[signals.length - 1].promise;
    },
  });
  const panel = await browser.open({ core });
  await panel.button('Refresh').click();
  await until(() => signals.length === 1);
  await panel.url.fill('https://other.example.com');
  await panel.button('Refresh').click();
  await until(() => signals.length === 2);
  assert.equal(signals[0].aborted, true);
  answers[1].resolve({ models: [model('new')] });
  await panel.page.getByText('The gateway offers 1 model.').waitFor();
  answers[0].resolve({ models: someModels });
  await panel.model.click();
  assert.deepEqual(await panel.page.getByRole('option').locator('.model-id').allInnerTexts(), ['new']);
  await panel.close();
});

test('a list for another URL or key says that it is stale, also when it comes late', async () => {
  const answer = deferred();
  const core = scriptedCore({ listModels: () => answer.promise });
  const panel = await browser.open({ core });
  const stale = panel.page.getByText('Outdated: URL or key changed since.');
  await panel.button('Refresh').click();
  await panel.model.fill('not-listed');
  await panel.model.press('Escape');
  await panel.url.fill('https://other.example.com');
  assert.equal(await stale.count(), 0);
  answer.resolve({ models: someModels });
  await stale.waitFor();
  // A stale list says nothing about the model that is typed.
  assert.equal(await panel.page.getByText('does not list this model').isVisible(), false);
  await panel.picture('models-stale');
  await panel.button('Refresh').click();
  await panel.page.getByText('does not list this model').waitFor();
  assert.equal(await stale.count(), 0);
  await panel.key.fill('sk-new');
  await stale.waitFor();
  await panel.close();
});

test('the open list covers no button, and fits into a small page', async () => {
  for (const size of [{}, { width: 320 }, { height: 420 }, { width: 320, height: 500 }]) {
    const panel = await openWith(someModels, size);
    await panel.model.click();
    const list = await panel.popup.boundingBox();
    const { height = 800, width = 1200 } = size;
    assert.ok(list.y >= 0 && list.y + list.height <= height && list.x + list.width <= width, JSON.stringify(list));
    for (const name of ['Refresh', 'Save', 'Test Connection']) {
      const button = await panel.button(name).boundingBox();
      const isApart = button.y >= list.y + list.height || button.y + button.height <= list.y;
      assert.ok(isApart, `${name} is covered: ${JSON.stringify({ size, list, button })}`);
    }
    await panel.close();
  }
});
