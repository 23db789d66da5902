/** Values of any kind from JavaScript: what the core makes of them, and of those that defend themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventText } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import { answer, cleanUpAfterTests, failure, hello, textOf, withGateway } from './scriptedHandler.mjs';

const { LiteLLMHandler, normalizeSettings } = core;

cleanUpAfterTests();

test('values are read as JSON.stringify reads them, and bytes become base64', async (t) => {
  const { gateway, handler } = await withGateway([answer]);
  t.after(() => gateway.stop());
  const input = {
    gone: undefined,
    call() {},
    whole: 1,
    half: 0.5,
    when: new Date(0),
    big: 7n,
    list: [undefined, null],
    lone: '\ud800x',
  };
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: new Uint8Array([1, 2, 3]) } },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'r' }] },
  ];
  const seeing = new LiteLLMHandler({ baseUrl: gateway.baseUrl, modelId: 'm', modelInfo: { supportsImages: true } });
  assert.equal(await textOf(seeing.createMessage('', messages)), 'ok');
  const [image, call] = gateway.requests[0].body.messages;
  assert.equal(image.content[0].image_url.url, 'data:image/png;base64,AQID');
  assert.equal(
    call.tool_calls[0].function.arguments,
    '{"whole":1,"half":0.5,"when":"1970-01-01T00:00:00.000Z","big":7,"list":[null,null],"lone":"\ufffdx"}',
  );
  assert.equal(await textOf(handler.createMessage('', hello)), 'ok');
});

test('what is no plain data is an error, not a trap', async () => {
  const handler = new LiteLLMHandler({ modelId: 'm' });
  const cyclic = { role: 'user', content: [] };
  cyclic.content.push({ type: 'tool_result', tool_use_id: 'x', content: [cyclic] });
  let deep = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  const throwing = {
    role: 'user',
    get content() {
      throw new Error('no');
    },
  };
  for (const message of [cyclic, { role: 'user', content: [deep] }, throwing]) {
    assert.equal((await failure(textOf(handler.createMessage('', [message])))).kind, 'invalid_request');
  }
});

test('settings of any type are read', () => {
  for (const odd of [
    undefined,
    null,
    1,
    'x',
    [],
    () => {},
    Symbol('x'),
    5n,
    new Date(),
    { headers: [] },
    { baseUrl: {} },
  ]) {
    const { settings, issues } = normalizeSettings(odd);
    assert.equal(typeof settings.baseUrl, 'string');
    assert.ok(Array.isArray(issues));
  }
});

test('settings are read member by member: one that cannot be read takes no other with it', () => {
  const cyclic = {};
  cyclic.cyclic = cyclic;
  const { settings, issues } = normalizeSettings({ baseUrl: 'https://h.example', metadata: cyclic, timeoutMs: 5n });
  assert.deepEqual([settings.baseUrl, settings.timeoutMs, settings.metadata], ['https://h.example', 5, undefined]);
  assert.deepEqual(
    issues.map(({ path, code }) => `${path} ${code}`),
    ['metadata wrong_type'],
  );
  assert.match(issues[0].message, /holds itself/);
  const configuration = { apiProvider: 'litellm', ofAnother: cyclic, litellmBaseUrl: 'https://h.example' };
  assert.equal(core.buildApiHandler(configuration).getModel().id.length > 0, true);
  assert.throws(() => new LiteLLMHandler({ baseUrl: cyclic }), { name: 'LiteLLMError', kind: 'settings' });
});

test('data that defends itself is an error, and does no harm to the calls after it', async () => {
  const boom = () => {
    throw new Error('boom');
  };
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const defending = [
    new Proxy([], { get: boom }),
    new Proxy({}, { ownKeys: boom }),
    new Proxy({}, { getPrototypeOf: boom, get: boom }),
    revoked.proxy,
    Object.defineProperty([], 0, { get: boom, enumerable: true }),
    { toJSON: boom },
    Object.defineProperty({}, 'baseUrl', { get: boom, enumerable: true }),
  ];
  globalThis.fetch = async () => new Response(eventText(answer.sse[0]) + eventText('[DONE]'));
  const handler = new LiteLLMHandler({ modelId: 'm' });
  for (const value of defending) {
    assert.equal(typeof normalizeSettings(value).settings.baseUrl, 'string');
    assert.equal((await failure(textOf(handler.createMessage('', [value])))).kind, 'invalid_request');
    const input = [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: value }] }];
    assert.equal((await failure(textOf(handler.createMessage('', input)))).kind, 'invalid_request');
    assert.equal((await failure(textOf(handler.createMessage('', hello, { tools: [value] })))).kind, 'invalid_request');
    assert.equal((await failure(handler.calculateCost(value))).kind, 'invalid_request');
  }
  assert.equal(await textOf(handler.createMessage('', hello)), 'ok');
});

test('arguments of another type than ours are taken or refused, never a trap', async () => {
  globalThis.fetch = async () => new Response(eventText(answer.sse[0]) + eventText('[DONE]'));
  const handler = new LiteLLMHandler({ modelId: 'm' });
  for (const odd of [undefined, null, 5, {}, [], () => {}, Symbol('x')]) {
    assert.throws(() => core.resolveEndpoints(odd), { name: 'LiteLLMError', kind: 'settings' });
    assert.equal(await textOf(handler.createMessage(odd, hello)), 'ok');
    assert.equal(handler.withModel(odd).getModel().id, 'm');
    assert.equal(typeof (await handler.countTokens(odd)), 'number');
  }
  assert.equal(await textOf(handler.createMessage('', hello, null)), 'ok');
  for (const odd of [5, 'text', {}]) {
    assert.equal((await failure(textOf(handler.createMessage('', odd)))).kind, 'invalid_request');
  }
  const cyclic = {};
  cyclic.cyclic = cyclic;
  const input = { big: 7n };
  assert.ok((await handler.countTokens([null, 5, { type: 'text' }, { type: 'tool_use', name: 'f', input }])) > 3);
  assert.equal(await handler.countTokens([{ type: 'tool_use', name: 'f', input: cyclic }]), 1);
});
