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
    // It wants a key that was entered for another file.
    const broken = '# os.environ/LOCAL_SERVER_API_KEY\nmodel_list: [\n';
    await writeFile(join(stage.folder, 'home', 'broken.yaml'), broken);
  });
  after(() => stage?.stop());

  const configuration = () => readFileSync(join(stage.folder, 'home', 'litellm-config.yaml'), 'utf8');

  scene(
    'is written from the providers that are chosen, with comments and without keys',
    () => workbench,
    async () => {
      await workbench.runCommand(COMMAND);
      await workbench.quickTexts('Start a Gateway');
      await workbench.quickInput.fill('LM Studio');
      await workbench.chooseRow('Start a Gateway', 'LM Studio');
      await workbench.picture('providers');
      await workbench.page.keyboard.press('Enter');
      await workbench.enter('Start a Gateway: vLLM', `${stage.upstream.baseUrl}/text/v1`);
      await workbench.page.getByText('Which of its models?').first().waitFor();
      await workbench.enter('Start a Gateway: vLLM', 'my-model');
      await workbench.takeFile('Where does the configuration go?', 'litellm-config.yaml');
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
      await workbench.enter('LOCAL_SERVER_API_KEY', 'sk-typed-secret');
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
      await workbench.hello();
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
    'gives a key to another configuration only when that is wanted, and says when LiteLLM ends before it answers',
    () => workbench,
    async () => {
      await workbench.runCommand('Terminal: Kill All Terminals').catch(() => undefined);
      await workbench.runCommand(COMMAND);
      await workbench.quickTexts('Start a Gateway');
      await workbench.quickInput.fill('config.yaml');
      await workbench.chooseRow('Start a Gateway', 'Take a config.yaml');
      await workbench.page.keyboard.press('Enter');
      // The file dialog begins where the last one ended.
      await workbench.chooseRow('Start a Gateway', 'broken.yaml');
      const question = workbench.page.locator('.monaco-dialog-box');
      await question.getByText('Give this configuration the keys that were entered for another one?').waitFor();
      await question.getByText('broken.yaml names LOCAL_SERVER_API_KEY.').waitFor();
      await workbench.picture('give-keys');
      await question.getByRole('button', { name: 'Give the Keys' }).click();
      await workbench.chooseRow('Start a Gateway', 'LiteLLM as it is installed here');
      const message = await workbench.message('LiteLLM ended before it answered.');
      assert.match(message, /The terminal "LiteLLM" says why: correct broken\.yaml, and start it again\./);
      await workbench.picture('ended');
    },
  );
});
