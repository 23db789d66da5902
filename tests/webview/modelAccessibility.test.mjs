/** The table of models by keyboard and for screen readers, in every theme, narrow, enlarged, from right to left, in Chinese. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complete, model, scriptedCatalogs, scriptedProfile, startBrowser } from './harness.mjs';
import { accessibilityTree, focused, stickingOut, violations } from './inspection.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const models = Array.from({ length: 60 }, (_, index) =>
  complete(
    model(`provider-${index % 3}/a-model-with-a-name-${index}`, {
      name: `A model ${index}`,
      provider: `provider-${index % 3}`,
      ...(index % 4 > 0 && { inputPrice: index, outputPrice: 10 * index }),
      supportsImages: true,
      supportsPdf: true,
      supportsReasoning: true,
      supportsPromptCache: true,
      assumed: index % 2 === 0 ? ['maxTokens', 'supportsTools'] : [],
    }),
  ),
);
const attempts = [
  { path: '/v1/model/info', status: 403, error: 'This key may not call this route.' },
  { path: '/model_group/info', status: 200 },
  { path: '/v1/models', status: 200 },
];

async function openModels(options = {}) {
  const profile = scriptedProfile({
    baseUrl: 'https://gateway.example.com',
    apiKey: 'sk-saved',
    hiddenModels: ['provider-0/a-model-with-a-name-0'],
    favoriteModels: ['provider-0/a-model-with-a-name-3'],
    modelOverrides: { 'provider-0/a-model-with-a-name-6': { maxTokens: 5 } },
  });
  const state = { failure: undefined };
  const catalogs = scriptedCatalogs(profile, {
    list: async () => ({ models, attempts, ...(state.failure && { failure: state.failure }) }),
  });
  const panel = await browser.open({ profile, catalogs, ...options });
  if (options.isRightToLeft) await panel.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
  await panel.page.locator('#tab-models').click();
  await panel.page.locator('.grid-body [role=row]').first().waitFor();
  return Object.assign(panel, { state });
}

/** Goes through the states of the view, and looks at each. */
async function inEachState(panel, look) {
  const { page } = panel;
  await look('the table');
  await page.locator('.grid-body [data-press=hide]').nth(1).click();
  await page.locator('.count-row .icon-passed').waitFor();
  await look('a model was hidden');
  await page.locator('#model-search input').fill('nothing-like-it');
  await page.locator('.empty').waitFor();
  await look('no model matches');
  await page.locator('.count-row > .link').click();
  panel.state.failure = { sentence: 'The gateway could not be reached.' };
  await page.locator('.list-state vscode-button').click();
  await page.locator('.list-state .icon-error').waitFor();
  await look('the list is kept');
  await page.locator('.grid-body [role=row]').nth(2).click();
  await page.locator('.override').waitFor();
  await look('the details');
  await page.locator('#override-maxTokens input').fill('many');
  await page.locator('#override-maxTokens-help .icon-error').waitFor();
  await look('something is wrong with a value');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await look('something is not saved');
}

for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight']) {
  test(`axe finds nothing in any state of the models: ${theme}`, async () => {
    const panel = await openModels({ theme });
    await inEachState(panel, async (state) => {
      assert.deepEqual(await violations(panel.page), [], state);
      await panel.picture(`models-${theme}-${state.replaceAll(' ', '-')}`);
    });
    await panel.close();
  });
}

for (const [name, options] of [
  ['320 px', { width: 320 }],
  ['200 %', { zoom: 2 }],
  ['from right to left', { isRightToLeft: true }],
  ['Chinese', { language: 'zh-cn', width: 760 }],
]) {
  test(`nothing sticks out, and axe finds nothing: ${name}`, async () => {
    const panel = await openModels(options);
    await inEachState(panel, async (state) => {
      assert.deepEqual(await stickingOut(panel.page), [], state);
      assert.deepEqual(await violations(panel.page), [], state);
      const heights = await panel.page
        .locator('.grid-body [role=row]')
        .evaluateAll((rows) => rows.map((row) => row.scrollHeight - row.clientHeight));
      assert.ok(Math.max(0, ...heights) <= 1, `${state}: rows hold what they show`);
      await panel.picture(`models-${name.replaceAll(' ', '-')}-${state.replaceAll(' ', '-')}`);
    });
    await panel.close();
  });
}

test('the Chinese page says nothing in English', async () => {
  const panel = await openModels({ language: 'zh-cn' });
  await panel.page.locator('.grid-body [role=row]').nth(2).click();
  await panel.page.locator('.override').waitFor();
  const texts = await panel.page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (!parentElement.closest('script, style, bdi, select#profile')) found.push(data.trim());
    }
    return found;
  });
  const known = /LiteLLM|Enter|token|JSON|PDF|URL|API|ID|provider-\d|^Default$/;
  const english = texts.filter(
    (text) => /[A-Za-z]{3}/.test(text) && !/\p{Script=Han}/u.test(text) && !known.test(text),
  );
  assert.deepEqual(english, []);
  await panel.close();
});

test('the tabs, the filters, the headers and one row are stops of the keyboard, in the order of the page', async () => {
  const panel = await openModels();
  const { page } = panel;
  await page.locator('#tab-models').focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'tab-settings');
  assert.equal(await page.locator('#tab-settings').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'tab-models');
  const stops = [];
  for (let stop = 0; stop < 22; stop += 1) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
  }
  assert.deepEqual(stops.slice(0, 4), ['Refresh', 'model-search', 'model-provider', 'model-show']);
  assert.deepEqual(stops.slice(4, 11), ['Tools', 'Images', 'PDF', 'Audio', 'Thinking', 'Cache', 'Computer use']);
  assert.deepEqual(stops.slice(11, 20), [
    'Favorite',
    'Model',
    'Provider',
    'Context',
    'Output',
    'Input / 1M',
    'Output / 1M',
    'Capabilities',
    'Deployments',
  ]);
  assert.match(stops[20], /a-model-with-a-name-0/);
  assert.equal(stops[21], 'How the list was read');
  await panel.close();
});

test('the table is a grid with its rows counted, its order told, and what is assumed said', async () => {
  const panel = await openModels();
  const tree = await accessibilityTree(panel.page);
  const grid = tree.find(({ role }) => role === 'grid');
  assert.equal(grid.name, 'Models of the gateway');
  assert.match(grid.description, /Arrow keys move between rows/);
  assert.equal(await panel.page.locator('.grid').getAttribute('aria-rowcount'), '61');
  const row = tree.find(({ role, name }) => role === 'row' && name.includes('a-model-with-a-name-0'));
  assert.match(row.name, /~8K\s*\(assumed\)/);
  const columns = await panel.page.locator('[role=columnheader]').count();
  assert.equal(await panel.page.locator('.grid-body [role=row]').first().locator('.cell').count(), columns);
  await panel.close();
});
