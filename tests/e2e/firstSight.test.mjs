// What whoever is new sees first, in Chinese: the message, the walkthrough, the set-up, the import, the profiles and the gateway on
// this machine. Each question and message is Chinese.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { ensureGateway } from '../../extension/development/gateway.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const HAN = /\p{Script=Han}/u;

describe('the first sight in Chinese', { timeout: 600_000 }, () => {
  let stage;
  let workbench;

  before(async () => {
    const litellm = await ensureGateway();
    stage = await startStage('chinese', {
      isConnected: false,
      isChatEnabled: false,
      language: 'zh-cn',
      env: { VIRTUAL_ENV: join(litellm, '..', '..'), LLM_API_KEY: 'sk-from-env' },
      settings: { 'chat.byokUtilityModelDefault': undefined, 'workbench.colorTheme': 'Dark Modern' },
    });
    ({ workbench } = stage);
    const work = { apiProvider: 'litellm', litellmBaseUrl: stage.relay.baseUrl, litellmApiKey: 'sk-1234' };
    const file = { providerProfiles: { currentApiConfigName: 'work', apiConfigs: { work } } };
    await writeFile(join(stage.workspace, 'roo-code-settings.json'), JSON.stringify(file));
  });
  after(() => stage?.stop());

  const isChinese = (text) => assert.match(text, HAN, text);
  /** The rows of a quick input of ours; its title and what it says above them are Chinese. */
  const asks = async (title) => {
    const texts = await workbench.quickTexts(title);
    isChinese(await workbench.page.locator('.quick-input-title').textContent());
    return texts;
  };

  scene(
    'is one quiet message, once',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: 查看日志');
      // The editor's list shows one message twice when it is opened while the message floats.
      const message = workbench.page
        .locator('.notification-list-item')
        .filter({ hasText: 'LiteLLM Gateway 已安装' })
        .first();
      // The editor takes a message away after a while; it stays in the list of messages.
      await until('the message is there', async () => {
        if (!(await message.isVisible())) await workbench.runCommand('Notifications: Show Notifications');
        return message.isVisible();
      });
      const text = await workbench.message('LiteLLM Gateway 已安装');
      isChinese(text);
      await workbench.picture('welcome');
      for (const name of await message.getByRole('button').allTextContents()) {
        if (name.trim() !== '') isChinese(name);
      }
      await workbench.page.keyboard.press('Escape');
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.open();
      await workbench.runCommand('LiteLLM Gateway: 查看日志');
      assert.equal(await message.count(), 0, 'it comes once');
    },
  );

  scene(
    'is a walkthrough whose steps are Chinese',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: 入门');
      const steps = workbench.page.locator('.getting-started-step .step-title');
      await until('the steps are there', async () => (await steps.count()) === 4);
      for (const title of await steps.allTextContents()) isChinese(title);
      await workbench.picture('walkthrough');
      await workbench.runCommand('View: Close All Editors');
    },
  );

  scene(
    'is the set-up, which asks and says in Chinese what is wrong',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: 快速设置');
      await workbench.page.locator('.quick-input-title').filter({ hasText: '1' }).waitFor();
      await workbench.quickInput.fill('ftp://x');
      await workbench.page.getByText('http:// 或 https://').first().waitFor();
      await workbench.picture('set-up-address');
      await workbench.quickInput.fill('http://127.0.0.1:9');
      await workbench.quickInput.press('Enter');
      const ways = await asks('API 密钥');
      assert.match(ways.join(), /LLM_API_KEY/);
      await workbench.picture('set-up-key');
      await workbench.page.keyboard.press('Enter');
      isChinese(await workbench.message('http://127.0.0.1:9'));
      await workbench.picture('set-up-failed');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'is an import, an export and a gateway on this machine',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: 导入设置');
      await workbench.chooseRow('导入设置', 'roo-code-settings.json');
      const fields = await asks('Roo Code');
      assert.match(fields.join(), /API 密钥, ••••/);
      await workbench.picture('import');
      await workbench.page.keyboard.press('Enter');
      isChinese(await workbench.message('Roo Code'));
      await workbench.picture('imported');
      await workbench.runCommand('LiteLLM Gateway: 在本机启动网关');
      for (const row of await asks('启动网关')) assert.match(row, /\p{Script=Han}|API_KEY|Ollama/u);
      await workbench.picture('providers');
      await workbench.page.keyboard.press('Escape');
      await workbench.runCommand('LiteLLM Gateway: 无需登录 GitHub 使用');
      for (const row of await asks('GitHub')) isChinese(row);
      await workbench.picture('without-github');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'is the page, with its profiles',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: 打开设置');
      const panel = workbench.settingsPage;
      await panel.getByRole('button', { name: '复制' }).click();
      await panel.locator('#profile-name input').press('Enter');
      await panel.getByText('设置和密钥相同').waitFor();
      await workbench.picture('profiles');
    },
  );
});
