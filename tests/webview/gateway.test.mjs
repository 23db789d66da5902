/** The page, the session and the built core together, before a scripted gateway. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { scriptedProfile, startBrowser, until } from './harness.mjs';

let browser;
let gateway;
before(async () => {
  browser = await startBrowser();
  gateway = await startScriptedGateway();
});
after(async () => {
  await gateway?.stop();
  await browser?.close();
});

const row = {
  model_name: 'gpt-5',
  litellm_params: { model: 'openai/gpt-5' },
  model_info: { mode: 'chat', max_input_tokens: 272000, input_cost_per_token: 1.25e-6, output_cost_per_token: 1e-5 },
};
const chunk = (delta, finish = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'gpt-5',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** A gateway that is well. */
const goodRules = [
  { when: { path: '/health/liveliness' }, json: "I'm alive!" },
  { when: { path: '/v1/models' }, json: { data: [{ id: 'gpt-5', object: 'model' }] } },
  { when: { path: '/v1/model/info' }, json: { data: [row] } },
  {
    when: { path: '/v1/chat/completions' },
    sse: [
      chunk({ role: 'assistant', content: 'ready' }),
      { ...chunk({}, 'stop'), usage: { prompt_tokens: 14, completion_tokens: 1, total_tokens: 15, cost: 0.00002 } },
      '[DONE]',
    ],
  },
];

test('models, a whole test and saving, in Chinese to the last word', async () => {
  gateway.setRules(goodRules);
  const panel = await browser.open({ core: browser.core, language: 'zh-cn' });
  await panel.url.fill(`${gateway.baseUrl}/v1/`);
  await panel.page.getByText(`请求将发送到 ${gateway.baseUrl}`).waitFor();
  await panel.key.fill('sk-typed');
  await panel.button('刷新').click();
  await panel.page.getByText('网关提供 1 个模型。').waitFor();
  await panel.model.click();
  await panel.page.getByRole('option').filter({ hasText: '输入 $1.25 · 输出 $10.00 / 百万 token' }).click();
  await panel.button('测试连接').click();
  await panel.page.getByText('连接正常。').waitFor();
  const details = await panel.page.locator('.steps .detail .text').allTextContents();
  assert.equal(details[0], gateway.baseUrl);
  assert.deepEqual(details.slice(3, 6), ['LiteLLM 网关响应正常。', '密钥有效。', '1 个模型，就是 gpt-5。']);
  assert.match(details[6], /^\d+ 毫秒后开始回答，费用 \$0\.00002$/);
  for (const { headers } of gateway.requests) {
    if (headers.authorization) assert.equal(headers.authorization, 'Bearer sk-typed');
  }
  await panel.picture('gateway-chinese');
  await panel.close();
});

test('an answer that is no gateway is a sentence at its step', async () => {
  gateway.setRules([]);
  const panel = await browser.open({ core: browser.core, profile: scriptedProfile({ baseUrl: gateway.baseUrl }) });
  await panel.button('Test Connection').click();
  await panel.page.getByText('The connection does not work yet.').waitFor();
  const failed = panel.page.locator('.steps [data-state=failed]');
  assert.equal(await failed.count(), 1);
  assert.ok((await failed.locator('.detail').textContent()).length > 20);
  await panel.close();
});

test('cancelling a test closes its connection', async () => {
  gateway.setRules([
    ...goodRules.slice(0, 3),
    { when: { path: '/v1/chat/completions' }, sse: [chunk({ content: 'a' })], end: 'hang' },
  ]);
  const panel = await browser.open({
    core: browser.core,
    profile: scriptedProfile({ baseUrl: gateway.baseUrl, modelId: 'gpt-5' }),
  });
  await panel.page.getByText('The gateway offers 1 model.').waitFor();
  await panel.button('Test Connection').click();
  await until(() => gateway.openRequests().some(({ path }) => path === '/v1/chat/completions'));
  await panel.button('Cancel').click();
  await panel.page.getByText('The test was cancelled.').waitFor();
  await until(() => gateway.openRequests().length === 0);
  await panel.close();
});
