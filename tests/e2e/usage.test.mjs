// What requests cost, what is left of a budget, and what the user can do about a failure: in the status bar, in messages beside the
// chat, and in the chat itself.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const chat = { method: 'POST', path: '/v1/chat/completions' };
const event = (content) => ({ id: 'x', choices: [{ index: 0, delta: { content } }] });

/** The guardrails of the gateway: its own filter of words, before a request and on an answer. */
function withGuardrails(configuration) {
  const filter = (name, mode) => ({
    guardrail_name: name,
    litellm_params: {
      guardrail: 'litellm_content_filter',
      mode,
      blocked_words: [{ keyword: 'topsecret', action: 'BLOCK' }],
    },
  });
  return { ...configuration, guardrails: [filter('no-secrets', 'pre_call')] };
}

describe('usage, budgets and failures', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let relay;
  let forward;

  before(async () => {
    stage = await startStage('usage', {
      configuration: withGuardrails,
      settings: {
        'litellm-gateway.maxRetries': 0,
        'litellm-gateway.timeoutMs': 10_000,
        'litellm-gateway.tags': ['of-the-test'],
        'litellm-gateway.workspaceTag': true,
        'litellm-gateway.modelOverrides': {
          'server-error': { fallbacks: ['text'] },
          uncached: { guardrails: ['no-secrets'] },
        },
      },
    });
    ({ workbench, relay } = stage);
    forward = { forward: stage.gateway.baseUrl };
    relay.setRules([keyInfo(0.5), forward]);
    await workbench.chooseModel('text');
  });
  after(() => stage?.stop());

  /** The gateway's own answer about a key: one without a database, as here, has none. */
  const keyInfo = (spend) => ({
    when: { path: '/key/info' },
    json: { key: 'hash', info: { spend, max_budget: 10, budget_reset_at: '2026-12-31T12:00:00+00:00' } },
  });

  const item = () => workbench.page.locator('.statusbar-item[id$="litellm-gateway.usage"]');
  const status = async () =>
    (await item().isVisible()) ? (await item().textContent()).replace(/\s+/g, ' ').trim() : '';
  const statusWith = (text) =>
    until(`the status bar says ${text}`, async () => {
      const shown = await status();
      return text.test(shown) && shown;
    });
  const chatBodies = () => relay.requests.filter(({ path }) => path === chat.path).map(({ body }) => body);

  scene(
    'the status bar has nothing to say before the first answer, and what it cost after it',
    () => workbench,
    async () => {
      assert.equal(await status(), '');
      await workbench.hello();
      assert.match(await statusWith(/^\$0\.\d+ · \$9\.\d\d left$/), /\$/);
      assert.ok((await workbench.contextUsage()) > 0);
      await item().hover();
      const hover = workbench.page.locator('.monaco-hover .hover-contents, .workbench-hover .hover-contents').last();
      await hover.waitFor();
      const cells = await hover.locator('td, th').allTextContents();
      const text = `${await hover.textContent()} ${cells.join(' ')}`.replace(/\s+/g, ' ');
      assert.match(text, /This session: \$0\.\d+ · \d+ requests?/);
      assert.match(text, /Model today Requests In \(cached\) Out Cost/);
      assert.match(text, /text \d+ [\d.]+K \([\d.]+K\) [\d.]+K? \$0\./);
      assert.match(text, /Default: \$0\.5\d? of the \$10\.00 of this key are spent, \$9\.\d\d left until/);
      assert.match(text, /The next message of the chat that was answered last costs at least \$/);
      await workbench.picture('tooltip');
      await workbench.page.mouse.move(700, 300);
      await hover.waitFor({ state: 'hidden' });
    },
  );

  scene(
    "the conversation's id is the gateway's session, and the workspace's name a tag where that is wanted",
    () => workbench,
    async () => {
      await workbench.ask('Say hello again');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
      const own = chatBodies().filter(({ tools }) => tools?.length > 0);
      const sessions = new Set(own.map((body) => body.litellm_session_id));
      assert.equal(sessions.size, 1);
      assert.match([...sessions][0], /^[\w-]{8,}$/);
      for (const body of own) assert.deepEqual(body.metadata.tags, ['of-the-test', 'workspace:workspace']);
    },
  );

  scene(
    'the list of what was spent is reached by keyboard',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Show Usage and Cost');
      const texts = await workbench.quickTexts('Usage and cost');
      assert.ok(
        texts.some((text) => /^text, \$0\.\d+, \d+ requests · /.test(text)),
        texts.join('\n'),
      );
      await workbench.picture('list');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'a budget that runs out in mid-session: warned of, then told with a way out',
    () => workbench,
    async () => {
      relay.setRules([keyInfo(9.6), forward]);
      await workbench.runCommand('LiteLLM Gateway: Show Usage and Cost');
      await workbench.chooseRow('Usage and cost', 'Refresh Budget');
      const warned = await workbench.message('of the budget of this API key is spent');
      assert.match(warned, /96 % .* \$9\.60 of \$10\.00\. It begins anew on/);
      await workbench.page.keyboard.press('Escape');
      await workbench.picture('warning');
      await statusWith(/\$0\.40 left$/);
      const message = 'Budget has been exceeded! Key=x Current cost: 10.2, Max budget: 10.0';
      const error = { message, type: 'budget_exceeded', param: null, code: '422' };
      relay.setRules([{ when: chat, status: 422, json: { error } }, keyInfo(10.2), forward]);
      await workbench.ask('Am I rich?');
      const said = await workbench.replyWith('The budget of this API key is used up');
      assert.match(said, /\$10\.20 of \$10\.00 are spent/);
      await statusWith(/budget used up$/);
      await workbench.message('The budget of this API key is used up', 'Show Usage');
      await workbench.quickTexts('Usage and cost');
      await workbench.page.keyboard.press('Escape');
      relay.setRules([keyInfo(0.5), forward]);
    },
  );

  scene(
    'a model that fails and has a fallback of its own is answered by that',
    () => workbench,
    async () => {
      await workbench.chooseModel('server-error');
      await workbench.ask('Who answers?');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
      assert.deepEqual(chatBodies().at(-1).fallbacks ?? chatBodies().at(-2).fallbacks, ['text']);
      const log = await workbench.outputText();
      assert.match(log, /server-error: .*1 fallback at the gateway/);
      assert.ok(!log.includes(stage.gateway.masterKey));
    },
  );

  scene(
    "a guardrail of the gateway's is named, and the details for its operator hold no key",
    () => workbench,
    async () => {
      await workbench.chooseModel('uncached');
      await workbench.ask('This is topsecret');
      const said = await workbench.replyWith('no-secrets');
      assert.match(said, /The guardrail “no-secrets” of the gateway refused this/);
      await workbench.picture('guardrail');
      await workbench.message('The guardrail', 'Copy Details');
      await workbench.message('The details were copied');
      const details = await workbench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(details, /\nModel: uncached\n/);
      assert.match(details, /\nGuardrail: no-secrets\n/);
      assert.match(details, /\nCall id: [0-9a-f-]{36}\n/);
      assert.ok(!details.includes(stage.gateway.masterKey));
    },
  );

  scene(
    'what had streamed stays when the rest is cut, a guardrail that may have done it is named, and Retry asks again',
    () => workbench,
    async () => {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.chooseModel('text');
      const headers = { 'x-litellm-applied-guardrails': 'post-block' };
      relay.setRules([
        { when: chat, times: 1, headers, sse: [event('The first '), event('words.')], end: 'abort' },
        keyInfo(0.5),
        forward,
      ]);
      await workbench.ask('Finish this');
      const said = await workbench.replyWith('post-block');
      assert.match(said, /^The first words\..*a guardrail of the gateway \(post-block\) may have blocked the rest/);
      await workbench.picture('cut');
      await statusWith(/^~\$0\.\d+/);
      await workbench.message('stopped in the middle', 'Retry');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
    },
  );

  scene(
    'an answer that stalls keeps its words, and another model is one button away',
    () => workbench,
    async () => {
      relay.setRules([{ when: chat, times: 1, sse: [event('So far so good.')], end: 'hang' }, keyInfo(0.5), forward]);
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.ask('Do you stall?');
      const said = await workbench.replyWith('Nothing came from the gateway for 10 seconds');
      assert.match(said, /^So far so good\./);
      await workbench.message('Nothing came from the gateway', 'Choose Another Model');
      await workbench.page.locator('.action-widget-dropdown input').waitFor();
      await workbench.picture('choose');
      await workbench.closePicker();
    },
  );

  scene(
    'a gateway that dies takes nothing along that was said',
    () => workbench,
    async () => {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.chooseModel('endless');
      await workbench.ask('Go on for ever');
      await workbench.replyWith('word 5');
      await relay.stop();
      const said = await workbench.replyWith('The answer stopped in the middle');
      assert.match(said, /^word 0 word 1 word 2/);
    },
  );

  scene(
    'the day is kept when the window is loaded anew, also without a gateway',
    () => workbench,
    async () => {
      await workbench.open();
      await statusWith(/^today ~\$0\.\d+$/);
    },
  );
});
