/** Typing into the model field of the built settings page, in Chromium, with thousands of models. */
import assert from 'node:assert/strict';
import { makeModelReplies } from '../data/modelRows.mjs';
import { median } from '../measurement.mjs';
import { modelsOf } from '../models/jsonParse.mjs';

const count = 5000;

export const panelWorks = {
  'filter-models': {
    title: `a key press in the model field, ${count.toLocaleString('en')} models`,
    candidates: ['ours'],
    inputs: { 'panel-models.json': () => JSON.stringify(panelModels()) },
    measure: async ({ read }) => {
      const models = JSON.parse(read('panel-models.json'));
      const { startBrowser } = await harness();
      const browser = await startBrowser();
      try {
        return await measureTyping(browser, models);
      } finally {
        await browser.close();
      }
    },
  },
};

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
  await panel.page.evaluate(() => {
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
      document.querySelector('.popup').getBoundingClientRect();
      window.pressTimes.push(performance.now() - start);
    });
  });
  const search = 'claude eu 12';
  const keys = [...search, ...Array(search.length).fill('Backspace'), ...'gpt-5-77'];
  for (const key of keys) await panel.page.keyboard.press(key);
  const shown = await panel.page.getByRole('option').locator('.model-id').allInnerTexts();
  const matching = models.filter(({ id }) => id.includes('gpt-5-77')).map(({ id }) => id);
  assert.ok(shown.length > 0);
  // Only the rows in sight exist.
  assert.deepEqual(shown, matching.slice(0, shown.length));
  const times = await panel.page.evaluate(() => window.pressTimes);
  assert.equal(times.length, keys.length);
  await panel.close();
  return { pressMs: median(times), worstMs: Math.max(...times) };
}
