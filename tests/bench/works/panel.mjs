/** Typing into the built settings page, in Chromium, with thousands of models: into the model field, and into the table's search. */
import assert from 'node:assert/strict';
import { makeModelReplies } from '../data/modelRows.mjs';
import { median } from '../measurement.mjs';
import { modelsOf } from '../models/jsonParse.mjs';

const count = 5000;

export const panelWorks = {
  'filter-models': typing('in the model field', measureTyping),
  'search-models': typing('in the search of the table of models', measureSearching),
};

/** Typing in some place of the page. `measure` is given a browser and the models. */
function typing(place, measure) {
  return {
    title: `a key press ${place}, ${count.toLocaleString('en')} models`,
    candidates: ['ours'],
    inputs: { 'panel-models.json': () => JSON.stringify(panelModels()) },
    measure: async ({ read }) => {
      const models = JSON.parse(read('panel-models.json'));
      const { startBrowser } = await harness();
      const browser = await startBrowser();
      try {
        return await measure(browser, models);
      } finally {
        await browser.close();
      }
    },
  };
}

const search = 'claude eu 12';
const keys = [...search, ...Array(search.length).fill('Backspace'), ...'gpt-5-77'];
const lastSearch = 'gpt-5-77';

/** The harness of the settings page, which brings a browser: no other process loads it. */
function harness() {
  return import('../../webview/harness.mjs');
}

/** So many models, each with a name of its own. */
function panelModels() {
  const { modelInfo, models } = makeModelReplies('lean', Math.ceil(count * 1.2));
  const listed = modelsOf(JSON.parse(modelInfo).data, JSON.parse(models).data);
  return listed.slice(0, count).map(({ id, contextWindow, inputPrice, outputPrice }) => ({
    id,
    name: id,
    contextWindow,
    inputPrice,
    outputPrice,
    assumed: [],
  }));
}

/** Types a search, takes it back, and types another one. Each press is timed in the page, with the layout that it makes. */
async function measureTyping(browser, models) {
  const { scriptedCore, scriptedProfile } = await harness();
  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-bench' });
  const panel = await browser.open({ profile, core: scriptedCore({ listModels: async () => ({ models }) }) });
  await panel.page.getByText(/The gateway offers/).waitFor();
  await panel.model.focus();
  const times = await pressTimes(panel.page, '.popup');
  const shown = await panel.page.getByRole('option').locator('.model-id').allInnerTexts();
  const matching = models.filter(({ id }) => id.includes(lastSearch)).map(({ id }) => id);
  assert.ok(shown.length > 0);
  // Only the rows in sight exist.
  assert.deepEqual(shown, matching.slice(0, shown.length));
  await panel.close();
  return { pressMs: median(times), worstMs: Math.max(...times) };
}

/** The same in the search of the table. */
async function measureSearching(browser, models) {
  const { complete, scriptedCatalogs, scriptedProfile } = await harness();
  const profile = scriptedProfile({ baseUrl: 'https://gateway.example.com', apiKey: 'sk-bench' });
  const catalogs = scriptedCatalogs(profile, { list: async () => ({ models: models.map(complete) }) });
  const panel = await browser.open({ profile, catalogs });
  await panel.page.locator('#tab-models').click();
  await panel.page.locator('.count').getByText('5,000 models').waitFor();
  await panel.page.locator('#model-search input').focus();
  const times = await pressTimes(panel.page, '.grid');
  const shown = await panel.page.locator('.grid-body .model-id').allInnerTexts();
  const matching = new Set(models.filter(({ id }) => id.includes(lastSearch)).map(({ id }) => id));
  assert.ok(shown.length > 0 && shown.every((id) => matching.has(id)));
  assert.equal(await panel.page.locator('.count').textContent(), `${matching.size} of 5,000 models`);
  await panel.close();
  return { pressMs: median(times), worstMs: Math.max(...times) };
}

/** Presses the keys; the time of each, until `laidOut` is where it belongs, in milliseconds. */
async function pressTimes(page, laidOut) {
  await page.evaluate((selector) => {
    window.pressTimes = [];
    let start = 0;
    window.addEventListener(
      'input',
      () => {
        start = performance.now();
      },
      { capture: true },
    );
    window.addEventListener('input', () => {
      // Asking for a height makes the browser lay the page out now.
      document.querySelector(selector).getBoundingClientRect();
      window.pressTimes.push(performance.now() - start);
    });
  }, laidOut);
  for (const key of keys) await page.keyboard.press(key);
  const times = await page.evaluate(() => window.pressTimes);
  assert.equal(times.length, keys.length);
  return times;
}
