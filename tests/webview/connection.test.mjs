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
  panel.page.locator('.steps li').evaluateAll((items) =>
    items.map((item) => {
      const parts = [...item.children].flatMap((part) => (part.className === 'detail' ? [...part.children] : [part]));
      return parts.map((part) => part.textContent).filter(Boolean);
    }),
  );

test('each step has an icon, words, what was found, and how long it took', async () => {
  const panel = await browser.open({ profile: scriptedProfile({ modelId: 'gpt-5' }) });
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection works.').waitFor();
  const root = 'http://localhost:4000';
  assert.deepEqual(await rows(panel), [
    ['Address', 'OK', root, '0 ms'],
    ['Reachable', 'OK', `GET ${root}/health/liveliness → 200`, '12 ms'],
    ['TLS', 'Skipped', 'The URL begins with http://: nothing is encrypted.'],
    ['Gateway', 'OK', 'A LiteLLM gateway answers.', `GET ${root}/v1/models → 200 · version 1.83.0`, '31 ms'],
    ['Key', 'OK', `GET ${root}/v1/models → 200`, '18 ms'],
    ['Models', 'OK', '8 models, and gpt-5 is one of them.', `GET ${root}/v1/model/info → 200`, '240 ms'],
    ['Chat', 'OK', 'First words after 412 ms, cost $0.000123', `POST ${root}/v1/chat/completions → 200`, '1.8 s'],
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
  assert.deepEqual((await rows(panel)).slice(4), [
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
    ['TLS', 'Waiting'],
    ['Gateway', 'Waiting'],
    ['Key', 'Waiting'],
    ['Models', 'Waiting'],
    ['Chat', 'Waiting'],
  ]);
  const places = () => panel.page.locator('.steps li').evaluateAll((items) => items.map((item) => item.offsetTop));
  const before = await places();
  const names = ['address', 'reachable', 'gateway', 'key', 'models', 'chat'];
  for (const step of passingSteps) {
    // What is said of the encryption comes with the step before it.
    const position = names.indexOf(step.step) + (step.step === 'address' || step.step === 'reachable' ? 0 : 1);
    const next = position === 1 ? 3 : position + 1;
    core.push(step);
    await panel.page.locator('.steps li').nth(position).getByText('OK', { exact: true }).waitFor();
    if (next < 7) await panel.page.locator('.steps li').nth(next).getByText('Running').waitFor();
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
    ['TLS', 'Skipped'],
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

/** A failed test whose step says why. */
const failed = async (step, facts, options = {}) => {
  const core = scriptedCore({ testConnection: () => failingTest(step, 'What the core says.', facts) });
  const panel = await browser.open({ core, profile: scriptedProfile({ baseUrl: 'https://h:4000/x' }), ...options });
  await panel.page.locator('.actions vscode-button').nth(1).click();
  await panel.page.locator('.test .status .icon-error').waitFor();
  return panel;
};

const request = { method: 'GET', url: 'https://h:4000/x/health/liveliness' };

test('a failed step says what happened, what to do, and what was asked', async () => {
  const panel = await failed('reachable', { cause: 'refused', request });
  assert.deepEqual((await rows(panel)).slice(1, 4), [
    [
      'Reachable',
      'Failed',
      'Nothing listens at https://h:4000/x.',
      'Start the gateway, or correct the host and the port in the URL.',
      'GET https://h:4000/x/health/liveliness → no answer',
      '3.0 s',
    ],
    ['TLS', 'Skipped'],
    ['Gateway', 'Skipped'],
  ]);
  await panel.close();
});

test('a machine that is reached and does not encrypt well fails at its own step', async () => {
  const panel = await failed('reachable', { cause: 'self_signed', request, encryption: 'failed' });
  const [, reachable, tls] = await rows(panel);
  assert.deepEqual(reachable.slice(0, 3), ['Reachable', 'OK', 'https://h:4000/x']);
  assert.deepEqual(tls.slice(0, 3), [
    'TLS',
    'Failed',
    'The certificate of https://h:4000/x was signed by itself, so this machine does not trust it.',
  ]);
  await panel.close();
});

test('every cause has words, in both languages', async () => {
  const causes = [
    ...['refused', 'unknown_host', 'unreachable', 'lost', 'timed_out', 'asleep', 'self_signed', 'unknown_issuer'],
    ...['expired', 'wrong_host', 'no_tls', 'proxy', 'cors', 'mixed_content', 'private_network', 'hidden'],
    ...['web_page', 'wrong_path', 'not_a_gateway'],
  ];
  const { explainCause } = browser.host;
  const context = { gateway: 'https://h', status: '503', rightBaseUrl: 'https://h' };
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);
  const inChinese = (text, ...values) => {
    assert.ok(Object.hasOwn(browser.chinese, text), text);
    return fill(browser.chinese[text], ...values);
  };
  for (const cause of causes) {
    for (const translate of [fill, inChinese]) {
      const { text, advice } = explainCause(translate, cause, context);
      assert.ok(text.length > 8 && advice.length > 8, cause);
      assert.doesNotMatch(text + advice, /\{\d\}|undefined/, cause);
    }
  }
  assert.equal(explainCause(fill, 'redirect', context), undefined);
});

test('a diagnosis tells an administrator everything but secrets', async () => {
  const error = Object.assign(new Error('The gateway did not accept the key sk-typed-secret.'), {
    kind: 'auth',
    detail: 'Invalid key sk-typed-secret for team blue-team-secret at ?key=a-query-secret',
    callId: 'call-1',
  });
  const core = scriptedCore({
    testConnection: () => failingTest('key', '', { error, request, replyStatus: 401 }),
  });
  const profile = scriptedProfile({
    baseUrl: 'https://h:4000/x?key=a-query-secret',
    modelId: 'gpt-5',
    headers: { 'x-team': 'blue-team-secret' },
  });
  const panel = await browser.open({ core, profile });
  await panel.key.fill('sk-typed-secret');
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection does not work yet.').waitFor();
  await panel.button('Copy Diagnosis').click();
  await panel.page.getByText('Copied. The text holds no key and no header values.').waitFor();
  const [program, time, ...lines] = panel.seen.clipboard.split('\n');
  assert.equal(program, 'Connection test of LiteLLM Gateway 0.1.0, an editor 1.104.0 (desktop)');
  assert.match(time, /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(lines, [
    'URL: https://h:4000/x',
    'Model: gpt-5',
    'API key: set, not told here',
    'Custom headers, without their values: x-team',
    '',
    'OK - Address',
    '    http://localhost:4000',
    'OK - Reachable: GET http://localhost:4000/health/liveliness → 200, 12 ms',
    'Skipped - TLS',
    '    The URL begins with http://: nothing is encrypted.',
    'OK - Gateway: GET http://localhost:4000/v1/models → 200 · version 1.83.0, 31 ms',
    '    A LiteLLM gateway answers.',
    'Failed - Key: GET https://h:4000/x/health/liveliness → 401, 3012 ms',
    '    The gateway did not accept the key ***.',
    '    auth: The gateway did not accept the key ***.',
    '    Invalid key *** for team *** at ?key=***',
    '    x-litellm-call-id: call-1',
    'Skipped - Models',
    'Skipped - Chat',
    '',
  ]);
  await panel.close();
});

test('guardrails are offered from what the gateway tells', async () => {
  const core = scriptedCore({ listGuardrails: async () => ['pii', 'secrets'] });
  const panel = await browser.open({
    core,
    unfolded: ['more', 'gateway'],
    profile: scriptedProfile({ baseUrl: 'https://h' }),
  });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  await until(() => panel.seen.posted.some((message) => message.result?.guardrails));
  await panel.page.locator('#guardrails input').click();
  await panel.page.getByRole('option', { name: 'secrets' }).click();
  assert.deepEqual(await panel.field('guardrails').locator('.item').allTextContents(), ['secrets']);
  await panel.close();
});
