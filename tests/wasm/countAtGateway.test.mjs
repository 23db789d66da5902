/** The gateway's own count of tokens, and what a broken tool call is told to the model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, cleanUpAfterTests, failure, hello, key, withGateway } from './scriptedHandler.mjs';

cleanUpAfterTests();

const path = '/utils/token_counter?call_endpoint=true';
const counter = { method: 'POST', path };
const count = { total_tokens: 16, request_model: 'm', model_used: 'claude-2', tokenizer_type: 'huggingface_tokenizer' };

test('a text and a prompt are counted by the gateway, as a chat would send them', async (t) => {
  const { gateway, handler } = await withGateway([{ when: counter, json: { ...count, count_source: 'provider' } }]);
  t.after(() => gateway.stop());
  assert.deepEqual(await handler.countTokensAtGateway('hello'), {
    tokens: 16,
    model: 'claude-2',
    tokenizer: 'huggingface_tokenizer',
    isProviders: true,
  });
  const tools = [{ name: 'read file', input_schema: { type: 'object' } }];
  await handler.countTokensAtGateway({ system: 'Be brief.', messages: hello, tools });
  const [text, prompt] = gateway.requests;
  assert.deepEqual(text.body, { model: 'm', prompt: 'hello' });
  assert.equal(text.headers.authorization, `Bearer ${key}`);
  assert.deepEqual(prompt.body, {
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
    ],
    tools: [{ type: 'function', function: { name: 'read_file', parameters: { type: 'object' } } }],
  });
});

test('a count that fails is an error as any other, and one that is busy is asked again', async (t) => {
  const refused = { error: { message: 'expired', type: 'expired_key', param: null, code: '401' } };
  const { gateway, handler } = await withGateway([{ when: counter, status: 401, json: refused }]);
  t.after(() => gateway.stop());
  assert.equal((await failure(handler.countTokensAtGateway('x'))).kind, 'auth');
  gateway.setRules([{ when: counter, json: { detail: 'no' } }]);
  assert.equal((await failure(handler.countTokensAtGateway('x'))).kind, 'protocol');
  const stop = new AbortController();
  stop.abort();
  assert.equal((await failure(handler.countTokensAtGateway('x', { signal: stop.signal }))).kind, 'aborted');
  assert.equal((await failure(handler.countTokensAtGateway({ messages: 7 }))).kind, 'invalid_request');
});

test('a broken call is an error with what to tell the model, after the usage that was paid for', async (t) => {
  const chunk = (delta, finish = null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
  const called = { index: 0, id: 'a', function: { name: 'f', arguments: '{"path": ' } };
  const used = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
  const reply = (finish) => ({ when: chat, sse: [chunk({ tool_calls: [called] }), chunk({}, finish), used, '[DONE]'] });
  const { gateway, handler } = await withGateway([reply('tool_calls')]);
  t.after(() => gateway.stop());
  const parts = [];
  const read = async () => {
    for await (const part of handler.createMessage('', hello)) parts.push(part);
  };
  const error = await failure(read());
  assert.deepEqual([error.kind, parts.map(({ type }) => type)], ['protocol', ['response', 'usage']]);
  assert.match(error.forModel, /"f" was not run.*no valid JSON.*\n\{"path": \nCall the tool again/);
  gateway.setRules([reply('length')]);
  const cut = await failure(read());
  assert.equal(cut.kind, 'truncated');
  assert.match(cut.forModel, /length limit.*\n\{"path": \nGo on in smaller steps/);
});
