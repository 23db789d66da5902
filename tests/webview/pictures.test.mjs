/** Pictures of every state in every theme, for looking at: `.screenshots/webview`. Each state must come to be; how it looks is for people to judge. */
import { after, before, test } from 'node:test';
import { failingTest, passingSteps, scriptedCore, scriptedProfile, startBrowser } from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const sentence = {
  en: 'The gateway did not accept the API key: it is missing, wrong or expired. Enter a valid key in the settings.',
  'zh-cn': '网关不接受此 API 密钥：密钥缺失、错误或已过期。请在设置中输入有效的密钥。',
};

const profile = () =>
  scriptedProfile({ baseUrl: 'https://gateway.example.com/litellm', modelId: 'claude-sonnet-4-5', apiKey: 'sk-saved' });

const testButton = (panel) => panel.page.locator('.actions vscode-button').nth(1);

/** How each state is reached from a fresh panel. */
const states = {
  empty: { profile: () => scriptedProfile() },
  filled: {},
  list: { act: (panel) => panel.model.click() },
  filtered: { act: (panel) => panel.model.fill('gpt') },
  errors: {
    act: async (panel) => {
      await panel.url.fill('ftp://gateway.example.com');
      await panel.key.fill('sk-密钥');
      await panel.page.locator('.actions vscode-button').first().click();
      await panel.field('key').locator('.icon-error').waitFor();
    },
  },
  testRunning: {
    core: () =>
      scriptedCore({
        testConnection: async function* (_, { signal }) {
          yield* passingSteps.slice(0, 3);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      }),
    act: async (panel) => {
      await testButton(panel).click();
      await panel.page.locator('.steps [data-state=running]').nth(0).waitFor();
      await panel.page.locator('.steps [data-state=ok]').nth(2).waitFor();
    },
  },
  testFailed: {
    core: (language) => scriptedCore({ testConnection: () => failingTest('key', sentence[language]) }),
    act: async (panel) => {
      await testButton(panel).click();
      await panel.page.locator('.steps [data-state=skipped]').nth(1).waitFor();
    },
  },
  testPassed: {
    act: async (panel) => {
      await testButton(panel).click();
      await panel.page.locator('.steps [data-state=ok]').nth(5).waitFor();
    },
  },
};

const views = [
  { name: 'dark', theme: 'dark', language: 'en', width: 1200 },
  { name: 'light', theme: 'light', language: 'en', width: 1200 },
  { name: 'contrast', theme: 'highContrast', language: 'en', width: 1200 },
  { name: 'contrast-light', theme: 'highContrastLight', language: 'zh-cn', width: 1200 },
  { name: 'dark-narrow', theme: 'dark', language: 'en', width: 320 },
  { name: 'light-narrow-chinese', theme: 'light', language: 'zh-cn', width: 320 },
  { name: 'dark-chinese', theme: 'dark', language: 'zh-cn', width: 1200 },
];

for (const { name, ...view } of views) {
  test(`pictures: ${name}`, async () => {
    for (const [state, given] of Object.entries(states)) {
      const panel = await browser.open({
        ...view,
        height: 760,
        profile: (given.profile ?? profile)(),
        ...(given.core && { core: given.core(view.language) }),
      });
      if (state !== 'empty') await panel.page.locator('.field .status .icon-passed').waitFor();
      await given.act?.(panel);
      await panel.picture(`${name}-${state}`);
      await panel.close();
    }
  });
}
