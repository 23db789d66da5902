/** What requests take, before gateways that tell it, tell nothing, and break off. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { load } from './source.mjs';

const { RequestUsage, TokenCounter, Ledger, total, vscode } = await load('requestUsage', 'tokenCounter', 'ledger');

const log = { failure: (doing, error) => assert.fail(`${doing}: ${error.stack}`), info: () => undefined };
const info = { id: 'gpt', inputPrice: 3, outputPrice: 15, cacheReadsPrice: 0.3, supportsPromptCache: true };
const prompt = { system: 'Be brief.', messages: [{ role: 'user', content: 'Hello there, how are you today?' }] };

let usage;
let ledger;
let tokens;
let told;

before(() => core.init());

beforeEach(() => {
  vscode.workspace.fs = vscode.filesInMemory().system;
  const loaded = { load: async () => core };
  tokens = new TokenCounter(loaded, log, { get: (_key, none) => none, update: async () => undefined });
  ledger = new Ledger('/storage', log);
  told = [];
  const budgets = {
    replied: (source, figures) => told.push([source.id, figures.keySpend]),
    answered: async (source, cost) => void told.push([source.id, cost]),
  };
  usage = new RequestUsage(loaded, tokens, ledger, budgets, log);
});

const gateway = { id: 'default', keyInfo: async () => undefined };
const begin = (fields = {}, options = {}) =>
  usage.begin({ gateway, modelId: 'gpt', editorModelId: 'gpt', info, prompt, options, ...fields });
const figures = { type: 'usage', inputTokens: 1000, outputTokens: 100, totalCost: 0.0045, costSource: 'prices' };

/** Waits until a price of what runs is expected. */
async function expected() {
  while (usage.expectedCost === undefined) await new Promise((resolve) => setImmediate(resolve));
  return usage.expectedCost;
}

test('what the gateway says goes into the ledger and to the budget, and nothing of ours to the chat', async () => {
  const running = begin();
  running.part({ type: 'response', keySpend: 2 });
  running.part({ type: 'text', text: 'hi' });
  running.part(figures);
  assert.equal(await usage.end(running), undefined);
  const { requests, inputTokens, cost, estimated } = total(ledger.known.session);
  assert.deepEqual([requests, inputTokens, cost, estimated], [1, 1000, 0.0045, 0]);
  assert.deepEqual(told, [
    ['default', 2],
    ['default', 0.0045],
  ]);
  assert.equal(usage.lastAsked, gateway);
});

test('keys of one id are asked for their budgets apart, and one that is gone no more', () => {
  const [one, two] = [
    { ...gateway, account: 'default' },
    { ...gateway, account: 'default#2' },
  ];
  begin({ gateway: one });
  begin({ gateway: two });
  assert.deepEqual(usage.asked, [one, two]);
  usage.removed(two);
  assert.deepEqual([usage.asked, usage.lastAsked], [[one], undefined]);
});

test('what keys of one id took is added up apart', async () => {
  for (const account of [undefined, 'default#2']) {
    const running = begin({ gateway: { ...gateway, ...(account && { account }) } });
    running.part(figures);
    await usage.end(running);
  }
  assert.deepEqual(
    ledger.known.session.map(({ profile, account, requests }) => [profile, account, requests]),
    [
      ['default', undefined, 1],
      ['default', 'default#2', 1],
    ],
  );
});

test('a gateway that tells nothing: the figures are counted here, and marked', async () => {
  const running = begin();
  running.part({ type: 'reasoning', text: 'Hm, let me see. ' });
  running.part({ type: 'text', text: 'I am well, thank you.' });
  running.part({ type: 'tool_call', id: 'c', name: 'read_file', arguments: '{"path":"a.txt"}' });
  const counted = await usage.end(running);
  await core.initTokens();
  assert.equal(counted.inputTokens, core.promptTokens(prompt.system, prompt.messages).tokens);
  const answer = 'Hm, let me see. I am well, thank you.read_file{"path":"a.txt"}';
  assert.equal(counted.outputTokens, core.countTokens(answer));
  assert.equal(counted.totalCost, core.estimateCost(info, counted));
  assert.deepEqual(total(ledger.known.session).estimated, 1);
});

test('nothing came: nothing is said and nothing is charged', async () => {
  assert.equal(await usage.end(begin()), undefined);
  assert.deepEqual(ledger.known.session, []);
});

test('a prompt with pictures can not be counted here: its cost is unknown, and not 0', async () => {
  const source = { type: 'base64', media_type: 'image/png', data: 'aGk=' };
  const running = begin({ prompt: { system: '', messages: [{ role: 'user', content: [{ type: 'image', source }] }] } });
  running.part({ type: 'text', text: 'A picture.' });
  assert.equal(await usage.end(running), undefined);
  const { requests, cost, unknownCost } = total(ledger.known.session);
  assert.deepEqual([requests, cost, unknownCost], [1, 0, 1]);
});

test('while a request runs its price is expected, once somebody has asked for counts', async () => {
  const early = begin();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(usage.expectedCost, undefined);
  await usage.end(early);
  await tokens.count('gpt', 'x');
  const running = begin();
  const inputTokens = core.promptTokens(prompt.system, prompt.messages).tokens;
  assert.equal(await expected(), core.estimateCost(info, { inputTokens }));
  await usage.end(running);
  assert.equal(usage.expectedCost, undefined);
});

test('the next message costs at least what is there already, from the cache where the model has one', async () => {
  assert.equal(await usage.nextCost(), undefined);
  const answer = async (fields, options) => {
    const running = begin(fields, options);
    running.part({ ...figures });
    await usage.end(running);
  };
  const tools = [{ name: 't' }];
  await answer({}, { sessionId: 'a', tools });
  const next = core.estimateCost(info, { inputTokens: 1100, cacheReadTokens: 1000 });
  assert.equal(await usage.nextCost(), next);
  await answer({ info: { ...info, inputPrice: 100 } }, { sessionId: 'a' });
  assert.equal(await usage.nextCost(), next, 'a title is asked for beside the conversation, without tools');
  await answer({ info: { ...info, supportsPromptCache: false } }, { sessionId: 'b', tools });
  assert.equal(await usage.nextCost(), core.estimateCost(info, { inputTokens: 1100 }));
  await answer({ info: { id: 'gpt' } }, { sessionId: 'c', tools });
  assert.equal(await usage.nextCost(), undefined, 'no price, no estimate');
});
