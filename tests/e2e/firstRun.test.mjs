// From a fresh install to the first answer, as a new user goes: counted in steps and seconds, without a sign-in to anything.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';

/** What the way from the installed extension to the first answer may take. */
const MOST_STEPS = 8;
const MOST_SECONDS = 60;

describe('the first run', { timeout: 600_000 }, () => {
  let stage;
  let workbench;

  before(async () => {
    stage = await startStage('first-run', {
      isConnected: false,
      isChatEnabled: false,
      env: { LLM_MODEL: 'openai/claude-text' },
      settings: { 'chat.byokUtilityModelDefault': undefined },
    });
    ({ workbench } = stage);
  });
  after(() => stage?.stop());

  scene(
    'begins with a walkthrough of four steps',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Get Started');
      for (const title of ['Connect your gateway', 'No gateway yet?', 'Use it without a GitHub sign-in', 'Ask']) {
        await workbench.page.locator('.getting-started-step').filter({ hasText: title }).first().waitFor();
      }
      await workbench.picture('walkthrough');
      await workbench.runCommand('View: Close All Editors');
    },
  );

  scene(
    'refuses an address that is none, as it is typed',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Set Up…');
      await workbench.page.locator('.quick-input-title').filter({ hasText: '1 of 3' }).waitFor();
      await workbench.quickInput.fill('ftp://example.com');
      await workbench.page.getByText('must begin with http:// or https://').first().waitFor();
      await workbench.picture('bad-address');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'says what is wrong with a key, and takes another one',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Set Up…');
      await workbench.enter('1 of 3', stage.relay.baseUrl);
      await workbench.enter('2 of 3', 'sk-typed-secret');
      await workbench.message('The gateway does not know this API key');
      await workbench.picture('bad-key');
      await workbench.message('The gateway does not know this API key', 'Change and Try Again');
      await workbench.page.locator('.quick-input-title').filter({ hasText: '1 of 3' }).waitFor();
      assert.equal(await workbench.quickInput.inputValue(), stage.relay.baseUrl);
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'goes from the command to the first answer in less than a minute',
    () => workbench,
    async () => {
      const began = performance.now();
      let steps = 0;
      const step = async (work) => {
        steps += 1;
        await work();
      };
      await step(() => workbench.runCommand('LiteLLM Gateway: Set Up…'));
      await step(() => workbench.enter('1 of 3', stage.relay.baseUrl));
      await step(() => workbench.enter('2 of 3', stage.gateway.masterKey));
      const models = await workbench.quickTexts('3 of 3');
      assert.match(models[0], /^claude-text, .*LLM_MODEL/);
      await workbench.picture('models');
      await step(() => workbench.page.keyboard.press('Enter'));
      const offered = await workbench.quickTexts('Use Without GitHub Sign-In');
      assert.match(offered.join('\n'), /Enable the built-in chat/);
      assert.match(offered.join('\n'), /chat\.byokUtilityModelDefault" becomes "mainAgent"/);
      await workbench.picture('without-github');
      await step(() => workbench.page.keyboard.press('Enter'));
      await until('the model is chosen', async () => (await workbench.chosenModel()) === 'claude-text');
      await workbench.picture('chat');
      await step(() => workbench.ask('Say hello'));
      await workbench.replyWith('Hello from the scripted upstream.');
      const seconds = (performance.now() - began) / 1000;
      await workbench.picture('answer');
      console.log(`From the command to the first answer: ${steps} steps, ${seconds.toFixed(1)} s`);
      assert.ok(steps <= MOST_STEPS, `${steps} steps`);
      assert.ok(seconds <= MOST_SECONDS, `${seconds} s`);
      const saved = storedSettings(stage.editor);
      assert.equal(saved['litellm-gateway.baseUrl'], stage.relay.baseUrl);
      assert.equal(saved['litellm-gateway.modelId'], 'claude-text');
      assert.equal(saved['chat.byokUtilityModelDefault'], 'mainAgent');
      assert.ok(!JSON.stringify(saved).includes(stage.gateway.masterKey));
    },
  );

  scene(
    'undoes what it did to the editor',
    () => workbench,
    async () => {
      await workbench.settled();
      await workbench.runCommand('LiteLLM Gateway: Use Without GitHub Sign-In…');
      const rows = await workbench.quickRows('Use Without GitHub Sign-In');
      await rows.filter({ hasText: 'titles and summaries' }).first().click();
      await workbench.picture('undo');
      await workbench.page.keyboard.press('Enter');
      await until(
        'the setting is as it was',
        () => storedSettings(stage.editor)['chat.byokUtilityModelDefault'] === undefined,
      );
      await workbench.message('Undone: Let the chosen model write titles and summaries, too.');
    },
  );
});
