// No gateway yet: one is written from a list of providers, started in a terminal by the LiteLLM that is there, and connected.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { ensureGateway } from '../../extension/development/gateway.mjs';
import { scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';

const COMMAND = 'LiteLLM Gateway: Start a Gateway on This Machine…';

describe('a gateway on this machine', { timeout: 600_000 }, () => {
  let stage;
  let workbench;

  before(async () => {
    const litellm = await ensureGateway();
    stage = await startStage('local-gateway', {
      isConnected: false,
      env: {
        VIRTUAL_ENV: join(litellm, '..', '..'),
        // As offline as the rest of the test.
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        LITELLM_MASTER_KEY: undefined,
        LOCAL_SERVER_API_KEY: undefined,
      },
    });
    ({ workbench } = stage);
    await writeFile(join(stage.folder, 'home', 'broken.yaml'), 'model_list: [\n');
  });
  after(() => stage?.stop());

  const input = () => workbench.page.locator('.quick-input-widget .quick-input-box input');
  const type = async (title, text) => {
    await workbench.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await until('the question is asked', () => input().isVisible());
    await input().fill(text);
    await input().press('Enter');
  };
  const configuration = () => readFileSync(join(stage.folder, 'home', 'litellm-config.yaml'), 'utf8');

  scene(
    'is written from the providers that are chosen, with comments and without keys',
    () => workbench,
    async () => {
      await workbench.runCommand(COMMAND);
      await workbench.quickTexts('Start a Gateway');
      await input().fill('LM Studio');
      await workbench.chooseRow('Start a Gateway', 'LM Studio');
      await workbench.picture('providers');
      await workbench.page.keyboard.press('Enter');
      await type('Start a Gateway: vLLM', `${stage.upstream.baseUrl}/text/v1`);
      await workbench.page.getByText('Which of its models?').first().waitFor();
      await type('Start a Gateway: vLLM', 'my-model');
      await workbench.page
        .locator('.quick-input-title')
        .filter({ hasText: 'Where does the configuration go?' })
        .waitFor();
      await workbench.page.keyboard.press('Enter');
      await workbench.page.locator('.quick-input-title').filter({ hasText: 'LOCAL_SERVER_API_KEY' }).waitFor();
      const text = configuration();
      assert.match(text, /^# The configuration of a LiteLLM gateway/);
      assert.match(text, /# vLLM, LM Studio, llama\.cpp\. Its key is in LOCAL_SERVER_API_KEY\./);
      assert.match(text, /model: "openai\/my-model"/);
      assert.match(text, /master_key: os\.environ\/LITELLM_MASTER_KEY/);
      assert.doesNotMatch(text, /sk-/);
      await workbench.picture('written');
    },
  );

  scene(
    'is started by what is on this machine, and waited for',
    () => workbench,
    async () => {
      await type('LOCAL_SERVER_API_KEY', 'sk-typed-secret');
      const ways = await workbench.quickTexts('Start a Gateway');
      assert.match(ways[0], /^LiteLLM as it is installed here, .*bin\/litellm/);
      await workbench.picture('ways');
      await workbench.page.keyboard.press('Enter');
      await workbench.message('LiteLLM is starting…');
      await workbench.picture('starting');
      const models = await workbench.quickTexts('Set Up: the Model');
      assert.match(models.join('\n'), /my-model/);
      await workbench.picture('healthy');
      await workbench.page.keyboard.press('Enter');
    },
  );

  scene(
    'is connected, and answers',
    () => workbench,
    async () => {
      await until('the model is chosen', async () => (await workbench.chosenModel()) === 'my-model');
      await workbench.ask('Say hello');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
      await workbench.picture('hello');
      const [request] = stage.upstream.requestsOf('text');
      assert.equal(request.headers.authorization, 'Bearer sk-typed-secret');
      const saved = storedSettings(stage.editor);
      assert.match(saved['litellm-gateway.baseUrl'], /^http:\/\/localhost:40\d\d$/);
      assert.ok(!/sk-/.test(JSON.stringify(saved)), 'no key is in a setting');
      assert.ok(!/sk-/.test(configuration()));
      const log = await workbench.outputText();
      assert.match(log, /LiteLLM was started on port 40\d\d \(litellm\)/);
      assert.ok(!/sk-typed-secret/.test(log));
    },
  );

  scene(
    'says when LiteLLM ends before it answers',
    () => workbench,
    async () => {
      await workbench.runCommand('Terminal: Kill All Terminals').catch(() => undefined);
      await workbench.runCommand(COMMAND);
      await workbench.quickTexts('Start a Gateway');
      await input().fill('config.yaml');
      await workbench.chooseRow('Start a Gateway', 'Take a config.yaml');
      await workbench.page.keyboard.press('Enter');
      // The file dialog begins where the last one ended.
      await workbench.chooseRow('Start a Gateway', 'broken.yaml');
      await workbench.chooseRow('Start a Gateway', 'LiteLLM as it is installed here');
      const message = await workbench.message('LiteLLM ended before it answered.');
      assert.match(message, /The terminal "LiteLLM" says why: correct broken\.yaml, and start it again\./);
      await workbench.picture('ended');
    },
  );
});
