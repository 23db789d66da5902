/** What a hostile gateway, a hostile page and many panels can do to the settings page: nothing that is not bounded. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, model, scriptedCore, scriptedProfile, startBrowser, until } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const savedProfile = () =>
  scriptedProfile({ baseUrl: 'https://gateway.example.com', modelId: 'gpt-5', apiKey: 'sk-watch' });

/** How much the page was sent, in UTF-16 units. */
const sent = (panel) => panel.seen.posted.reduce((sum, message) => sum + JSON.stringify(message).length, 0);

test('descriptions of a megabyte never reach the page, and names of one are cut', async () => {
  const megabyte = 'm'.repeat(1 << 20);
  const models = Array.from({ length: 20 }, (_, number) =>
    model(`model-${number}`, { name: `${number} ${megabyte}`, description: megabyte, reasoningEfforts: [megabyte] }),
  );
  const panel = await browser.open({
    core: scriptedCore({ listModels: async () => ({ models }) }),
    profile: savedProfile(),
  });
  await panel.page.getByText('The gateway offers 20 models.').waitFor();
  assert.ok(sent(panel) < 200_000, `${sent(panel)}`);
  await panel.model.click();
  const rows = await panel.page.locator('[role=option]').allTextContents();
  assert.ok(rows.length > 10);
  assert.ok(rows.every((text) => text.length < 500));
  await panel.close();
});

test('an id of a megabyte is shown cut, and asked as it is', async () => {
  const id = `i${'d'.repeat(1 << 20)}`;
  const panel = await browser.open({
    core: scriptedCore({ listModels: async () => ({ models: [model(id)] }) }),
    profile: savedProfile(),
  });
  await panel.page.getByText('The gateway offers 1 model.').waitFor();
  await panel.model.click();
  const row = panel.page.locator('[role=option]').first();
  assert.ok((await row.textContent()).length < 1000);
  await row.click();
  assert.equal((await panel.model.inputValue()).length, id.length);
  await panel.close();
});

test('markup and characters that turn the direction are text, wherever a gateway may write', async () => {
  const evil = '<img src=x onerror="document.title=1">\u202e<script>document.title=1</script>';
  const core = scriptedCore({
    listModels: async () => ({ models: [model(evil, { name: `${evil} name`, reasoningEfforts: [evil] })] }),
    listGuardrails: async () => [evil],
    testConnection: async function* () {
      yield { step: 'address', status: 'failed', durationMs: 1, detail: evil, error: new Error(evil) };
    },
  });
  const panel = await browser.open({ core, profile: savedProfile(), unfolded: ['more', 'gateway', 'reasoning'] });
  await panel.page.getByText('The gateway offers 1 model.').waitFor();
  await panel.model.click();
  await panel.page.locator('[role=option]').first().click();
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection does not work yet.').waitFor();
  assert.equal(await panel.page.locator('img, main script').count(), 0);
  assert.equal(await panel.page.title(), 'LiteLLM Gateway');
  const texts = await panel.page.locator('main').textContent();
  assert.doesNotMatch(texts, /\u202e/);
  await panel.close();
});

test('a gateway that answers after the panel is closed reaches nobody', async () => {
  const models = deferred();
  const steps = deferred();
  const core = scriptedCore({
    listModels: () => models.promise,
    testConnection: async function* () {
      yield await steps.promise;
    },
  });
  const panel = await browser.open({ core, profile: savedProfile() });
  await panel.button('Test Connection').click();
  await until(() => core.handlers.length === 2);
  await panel.close();
  const before = panel.seen.posted.length;
  models.resolve({ models: [model('late')] });
  steps.resolve({ step: 'address', status: 'ok', durationMs: 1, detail: 'late' });
  await new Promise((resolve) => setImmediate(resolve));
  await panel.session.receive({ type: 'request', id: 99, name: 'start', profile: '', parameters: null });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(panel.seen.posted.length, before);
  assert.equal(panel.profile.listeners.size, 0);
});

test('messages of another origin are ignored, whatever they say', async () => {
  const panel = await browser.open({ profile: savedProfile() });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const say = (origin, name) =>
    panel.page.evaluate(
      ({ origin, name }) => {
        const data = { type: 'profiles', profiles: [{ id: 'default', name }] };
        dispatchEvent(new MessageEvent('message', { data, origin: origin ?? location.origin }));
      },
      { origin, name },
    );
  const name = panel.page.locator('.profile-name');
  for (const origin of ['https://evil.example.com', 'null', '', 'http://127.0.0.1']) await say(origin, 'Evil');
  assert.equal(await name.textContent(), 'Default');
  await say(undefined, 'Ours');
  assert.equal(await name.textContent(), 'Ours');
  await panel.close();
});

test('ten panels on one profile follow each other, and each leaves nothing behind', async () => {
  const profile = savedProfile();
  const core = scriptedCore();
  const panels = await Promise.all(Array.from({ length: 10 }, () => browser.open({ profile, core })));
  assert.equal(profile.listeners.size, 10);
  const [first, second, ...others] = panels;
  await second.model.fill('typed-in-the-second');
  await first.url.fill('https://other.example.com');
  await first.key.fill('sk-other');
  await first.button('Save').click();
  await first.page
    .locator('.actions')
    .getByText(/^Saved: /)
    .waitFor();
  for (const panel of [second, ...others]) {
    await panel.page.waitForFunction(() => document.querySelector('#url').value === 'https://other.example.com');
  }
  assert.equal(await second.model.inputValue(), 'typed-in-the-second');
  // Each was told once of what was saved, not once for each of the others.
  for (const panel of panels) {
    const told = panel.seen.posted.filter(({ type }) => type === 'saved');
    assert.ok(told.length <= 2, `${told.length}`);
    assert.ok(sent(panel) < 100_000, `${sent(panel)}`);
    assert.doesNotMatch(JSON.stringify(panel.seen.posted), /sk-(watch|other)/);
  }
  for (const panel of panels) await panel.close();
  assert.equal(profile.listeners.size, 0);
});
