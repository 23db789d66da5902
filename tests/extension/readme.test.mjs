/** The example in README.md does what the text beside it says. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { buildApiHandler, init } from '../../dist/core.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';

const AsyncFunction = (async () => {}).constructor;

test('the example for other extensions gets an answer', async (t) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.ok(example, 'README.md has an example');
  await init();
  const gateway = await startScriptedGateway([
    {
      when: { method: 'POST', path: '/v1/chat/completions' },
      sse: [
        { choices: [{ index: 0, delta: { content: 'Hello' } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        { choices: [], usage: { prompt_tokens: 9, completion_tokens: 1, cost: 0.0001 } },
        '[DONE]',
      ],
    },
  ]);
  t.after(() => gateway.stop());
  const vscode = { extensions: { getExtension: () => ({ activate: async () => ({ buildApiHandler }) }) } };
  const printed = [];
  const run = new AsyncFunction('vscode', 'console', example.replace('http://localhost:4000', gateway.baseUrl));
  const answer = await run(vscode, { log: (line) => printed.push(line) });
  assert.equal(answer, 'Hello');
  assert.deepEqual(printed, ['1 tokens, $0.0001']);
  assert.equal(gateway.requests[0].headers.authorization, 'Bearer sk-example');
});
