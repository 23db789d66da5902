/** The connection test: its steps, its failures, its end in every way. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deferred, failingTest, passingSteps, scriptedCore, scriptedProfile, startBrowser, until } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

/** A core whose test makes a step each time the test script says so. */
function steppedCore() {
  const pushed = [];
  let wake = deferred();
  const core = scriptedCore({
    testConnection: async function* (_, { signal }) {
      core.signal = signal;
      try {
        for (;;) {
          while (pushed.length > 0) yield pushed.shift();
          if (core.isOver) return;
          await wake.promise;
        }
      } finally {
        core.isLeft = true;
      }
    },
  });
  core.push = (...steps) => {
    pushed.push(...steps);
    wake.resolve();
    wake = deferred();
  };
  core.end = () => {
    core.isOver = true;
    core.push();
  };
  return core;
}

/** The rows as they read. */
const rows = (panel) =>
  panel.page
    .locator('.steps li')
    .evaluateAll((items) => items.map((item) => [...item.children].map((part) => part.textContent).filter(Boolean)));

test('each step has an icon, words, what was found, and how long it took', async () => {
  const panel = await browser.open({ profile: scriptedProfile({ modelId: 'gpt-5' }) });
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  assert.deepEqual(await rows(panel), [
    ['Address', 'OK', 'http://localhost:4000', '0 ms'],
    ['Reachable', 'OK', '12 ms'],
    ['Gateway', 'OK', 'LiteLLM 1.106.2', '31 ms'],
    ['Key', 'OK', '18 ms'],
    ['Models', 'OK', '8 models, and gpt-5 is one of them.', '240 ms'],
    ['Chat', 'OK', 'First words after 412 ms, cost $0.000123', '1.8 s'],
  ]);
  assert.equal(await panel.page.locator('.steps .icon-passed').count(), 6);
  await panel.close();
});

test('the test uses what is typed, not what is saved', async () => {
  const panel = await browser.open({
    profile: scriptedProfile({ baseUrl: 'https://saved.example.com', modelId: 'saved' }),
  });
  await panel.url.fill('https://typed.example.com');
  await panel.key.fill('sk-typed');
  await panel.model.fill('typed');
  await panel.model.press('Escape');
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  const { baseUrl, apiKey, modelId } = panel.core.handlers.at(-1);
  assert.deepEqual(
    { baseUrl, apiKey, modelId },
    { baseUrl: 'https://typed.example.com', apiKey: 'sk-typed', modelId: 'typed' },
  );
  await panel.close();
});

test('a failed step says what to do, and the rest is skipped', async () => {
  const sentence = 'The gateway did not accept the API key: it is missing, wrong or expired. Enter a valid key.';
  const core = scriptedCore({ testConnection: () => failingTest('key', sentence) });
  const panel = await browser.open({ core });
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection does not work yet.').waitFor();
  assert.deepEqual((await rows(panel)).slice(2), [
    ['Gateway', 'OK', 'LiteLLM 1.106.2', '31 ms'],
    ['Key', 'Failed', sentence, '3.0 s'],
    ['Models', 'Skipped'],
    ['Chat', 'Skipped'],
  ]);
  assert.equal(await panel.page.locator('.steps .icon-error').count(), 1);
  await panel.close();
});

test('steps show as they come, in rows that were there from the start', async () => {
  const core = steppedCore();
  const panel = await browser.open({ core, profile: scriptedProfile({ modelId: 'gpt-5' }) });
  await panel.button('Test Connection').click();
  await panel.page.getByText('Testing…').waitFor();
  assert.deepEqual(await rows(panel), [
    ['Address', 'Running'],
    ['Reachable', 'Waiting'],
    ['Gateway', 'Waiting'],
    ['Key', 'Waiting'],
    ['Models', 'Waiting'],
    ['Chat', 'Waiting'],
  ]);
  const places = () => panel.page.locator('.steps li').evaluateAll((items) => items.map((item) => item.offsetTop));
  const before = await places();
  for (const [index, step] of passingSteps.entries()) {
    core.push(step);
    await panel.page.locator('.steps li').nth(index).getByText('OK').waitFor();
    if (index < 5)
      await panel.page
        .locator('.steps li')
        .nth(index + 1)
        .getByText('Running')
        .waitFor();
    assert.deepEqual(await places(), before);
  }
  core.end();
  await panel.page.getByText('The connection works.').waitFor();
  assert.deepEqual(await places(), before);
  await panel.close();
});

test('a running test can be cancelled, also when the gateway hangs', async () => {
  const core = steppedCore();
  const panel = await browser.open({ core });
  await panel.button('Test Connection').click();
  core.push(passingSteps[0]);
  await panel.page.locator('.steps li').nth(1).getByText('Running').waitFor();
  await panel.button('Cancel').click();
  await panel.page.getByText('The test was cancelled.').waitFor();
  assert.deepEqual((await rows(panel)).slice(0, 3), [
    ['Address', 'OK', 'http://localhost:4000', '0 ms'],
    ['Reachable', 'Skipped'],
    ['Gateway', 'Skipped'],
  ]);
  await until(() => core.signal.aborted);
  // What comes late is not shown.
  core.push(passingSteps[1]);
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  assert.deepEqual((await rows(panel))[1], ['Reachable', 'Skipped']);
  await panel.close();
});

test('closing the panel stops a running test and a running refresh', async () => {
  const core = steppedCore();
  const signals = [];
  core.listModels = (_, { signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const panel = await browser.open({ core });
  await panel.button('Test Connection').click();
  await panel.button('Refresh').click();
  await until(() => core.signal && signals.length === 1);
  await panel.close();
  assert.equal(core.signal.aborted, true);
  assert.equal(signals[0].aborted, true);
  assert.equal(panel.profile.listeners.size, 0);
  core.push(passingSteps[0]);
  await until(() => core.isLeft);
  const { length } = panel.seen.posted;
  panel.session.receive({ type: 'request', id: 99, name: 'start', parameters: null });
  assert.equal(panel.seen.posted.length, length);
});

test('a second test stops the first, and only the second is shown', async () => {
  const signals = [];
  const gates = [deferred(), deferred()];
  const core = scriptedCore({
    testConnection: async function* (_, { signal }) {
      const number = signals.push(signal) - 1;
      await gates[number].promise;
      yield* number === 0 ? failingTest('address', 'The first one.') : passingSteps;
    },
  });
  const panel = await browser.open({ core });
  await panel.button('Test Connection').dblclick();
  await until(() => signals.length === 2);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
  gates[1].resolve();
  await panel.page.getByText('The connection works.').waitFor();
  gates[0].resolve();
  await panel.button('Refresh').click();
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  assert.equal(await panel.page.getByText('The first one.').count(), 0);
  await panel.page.getByText('The connection works.').waitFor();
  await panel.close();
});

test('a result says that it is stale after any change, also one during the test', async () => {
  const core = steppedCore();
  const panel = await browser.open({ core });
  const stale = panel.page.getByText('Outdated: settings changed since.');
  await panel.button('Test Connection').click();
  await panel.model.fill('other');
  await panel.model.press('Escape');
  assert.equal(await stale.count(), 0);
  core.push(...passingSteps);
  core.end();
  await stale.waitFor();
  await panel.picture('test-stale');
  core.isOver = false;
  await panel.button('Test Connection').click();
  core.push(...passingSteps);
  core.end();
  await panel.page.getByText('The connection works.').waitFor();
  assert.equal(await stale.count(), 0);
  await panel.key.fill('sk');
  await stale.waitFor();
  await panel.close();
});

test('saving a tested key does not make the result stale', async () => {
  const panel = await browser.open();
  await panel.key.fill('sk-typed');
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  await panel.button('Save').click();
  await panel.page.getByText('A key is saved').waitFor();
  assert.equal(await panel.page.getByText('Outdated: settings changed since.').count(), 0);
  await panel.close();
});

test('a test that breaks is a sentence, not a hang', async () => {
  const core = scriptedCore({
    testConnection: async function* () {
      yield passingSteps[0];
      throw new Error('The core stopped working. Reload the window.');
    },
  });
  const panel = await browser.open({ core });
  await panel.button('Test Connection').click();
  await panel.page.locator('.test').getByText('The core stopped working. Reload the window.').waitFor();
  assert.deepEqual((await rows(panel))[1], ['Reachable', 'Skipped']);
  await panel.close();
});
