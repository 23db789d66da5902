// Settings of other programs, taken over in a real editor: what is shown before it is taken, and where the key goes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { firstAnswer, scene, startStage, storedSettings } from './stage.mjs';
import { until } from './until.mjs';

const COMMAND = 'LiteLLM Gateway: Import Settings…';

describe('importing settings', { timeout: 600_000 }, () => {
  let stage;
  let workbench;

  before(async () => {
    stage = await startStage('imports', {
      isConnected: false,
      env: { GATEWAY_KEY: undefined, TEAM_KEY: 'sk-of-the-environment' },
      home: ({ folder, relay, masterKey }) => writeFiles(folder, filesOf(relay.baseUrl, masterKey)),
    });
    ({ workbench } = stage);
    await writeFiles(stage.workspace, exportsOf(stage.relay.baseUrl, stage.gateway.masterKey));
  });
  after(() => stage?.stop());

  const saved = () => storedSettings(stage.editor);
  /** Begins the command with a file. */
  const importFile = async (name) => {
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand(COMMAND);
    await workbench.chooseRow('Import Settings', 'Choose a File');
    // In the browser the file dialog is a quick input, which begins in the open folder.
    await workbench.chooseRow('Import Settings', name);
  };
  /** What is on offer, without the key anywhere. */
  const offered = async (program) => {
    const texts = await workbench.quickTexts(`Import from ${program}`);
    assert.ok(!(await workbench.page.content()).includes(stage.gateway.masterKey), 'the key is nowhere in the page');
    return texts.join('\n');
  };

  scene(
    'finds the files of other programs in the home folder',
    () => workbench,
    async () => {
      await workbench.runCommand(COMMAND);
      const texts = (await workbench.quickTexts('Import Settings')).join('\n');
      for (const place of ['Cline, ~/.cline/data/globalState.json', 'Continue, ~/.continue/config.yaml']) {
        assert.ok(texts.includes(place), texts);
      }
      await workbench.picture('found');
    },
  );

  scene(
    'shows each field of Cline with its place, the key as dots, and takes what stays checked',
    () => workbench,
    async () => {
      await workbench.chooseRow('Import Settings', '~/.cline/data/globalState.json');
      const texts = await offered('Cline');
      assert.match(texts, /API key, ••••, Cline: secrets\.json: liteLlmApiKey/);
      assert.match(texts, /Model ID, text, Cline: actModeLiteLlmModelId/);
      await workbench.picture('cline');
      await workbench.page.keyboard.press('Enter');
      await workbench.message('The settings of Cline were imported.');
      await until('they are saved', () => saved()['litellm-gateway.baseUrl'] === stage.relay.baseUrl);
      assert.equal(saved()['litellm-gateway.modelId'], 'text');
      assert.ok(!JSON.stringify(saved()).includes(stage.gateway.masterKey), 'the key is no setting');
      await workbench.picture('imported');
    },
  );

  firstAnswer(() => workbench);

  scene(
    "adds two profiles of Roo Code's export as new ones",
    () => workbench,
    async () => {
      await importFile('roo-code-settings.json');
      const rows = await workbench.quickRows('Import from Roo Code');
      await rows.first().waitFor();
      assert.equal(await rows.count(), 3);
      await workbench.picture('roo-code-profiles');
      await workbench.page.keyboard.press('Enter');
      await rows.filter({ hasText: 'apiConfigs.work.litellmBaseUrl' }).waitFor();
      const texts = await offered('Roo Code');
      assert.match(
        texts,
        /URL, http:\/\/home\.example\.com:4000, Roo Code: providerProfiles\.apiConfigs\.home\.litellmBaseUrl/,
      );
      await workbench.picture('roo-code');
      await workbench.page.keyboard.press('Enter');
      await workbench.message('2 profiles of Roo Code were imported.');
      await until('they are saved', () => saved()['litellm-gateway.profiles']?.home);
      assert.ok(!JSON.stringify(saved()).includes('sk-1234'));
    },
  );

  scene(
    'says which variable is missing, and shows a remark and no key',
    () => workbench,
    async () => {
      await workbench.runCommand(COMMAND);
      await workbench.chooseRow('Import Settings', '~/.continue/config.yaml');
      const texts = await offered('Continue');
      assert.match(texts, /The environment variable GATEWAY_KEY is not set here, so models\[0\]\.apiKey is left out\./);
      assert.doesNotMatch(texts, /API key/);
      await workbench.picture('continue');
      await workbench.page.keyboard.press('Enter');
      await workbench.chooseRow('Import Settings', 'Add a New Profile');
      const message = await workbench.message('The settings of Continue were imported.');
      assert.match(
        message,
        /The environment variable GATEWAY_KEY is not set here, so models\[0\]\.apiKey is left out\./,
      );
    },
  );

  scene(
    "says that a key comes from the file beside Continue's",
    () => workbench,
    async () => {
      await importFile('team.yaml');
      const texts = await offered('Continue');
      assert.match(
        texts,
        /API key, ••••, Continue: models\[0\]\.apiKey, with TEAM_SECRET from the file \.env beside it/,
      );
      await workbench.picture('continue-env');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'names the variable that a key comes from, and asks before a profile is changed',
    () => workbench,
    async () => {
      await importFile('openclaw.json');
      const texts = await offered('OpenClaw');
      assert.match(
        texts,
        /API key, ••••, OpenClaw: models\.providers\.litellm\.apiKey, with the environment variable TEAM_KEY/,
      );
      await workbench.picture('openclaw');
      await workbench.page.keyboard.press('Enter');
      const targets = await workbench.quickTexts('Import Settings');
      assert.ok(
        targets.some((text) => text.startsWith('Change the Profile "Cline"')),
        targets.join('\n'),
      );
      await workbench.picture('target');
      await workbench.page.keyboard.press('Escape');
      assert.equal(saved()['litellm-gateway.baseUrl'], stage.relay.baseUrl);
    },
  );

  scene(
    "reads LiteLLM's own configuration, and leaves its providers' keys alone",
    () => workbench,
    async () => {
      await importFile('litellm.yaml');
      const texts = await offered('LiteLLM');
      assert.match(texts, /URL, http:\/\/localhost:4000, LiteLLM: not in the file/);
      assert.match(texts, /Model ID, claude-sonnet, LiteLLM: model_list\[0\]\.model_name/);
      await workbench.picture('litellm');
      await workbench.page.keyboard.press('Escape');
    },
  );

  scene(
    'says where a file is broken',
    () => workbench,
    async () => {
      await importFile('broken.yaml');
      await workbench.message('broken.yaml is not valid YAML: line 3, column 3. ');
      await workbench.picture('broken');
    },
  );

  scene(
    'exports without keys, and imports that again',
    () => workbench,
    async () => {
      await workbench.runCommand('LiteLLM Gateway: Export Settings…');
      await workbench.takeFile('Export Settings', 'litellm-gateway-settings.json');
      await workbench.message('The settings were exported without the API keys.');
      const text = readFileSync(join(stage.workspace, 'litellm-gateway-settings.json'), 'utf8');
      assert.ok(!text.includes(stage.gateway.masterKey) && !text.includes('sk-1234'));
      assert.deepEqual(
        JSON.parse(text).profiles.map(({ name }) => name),
        ['Cline', 'work', 'home', 'Through LiteLLM'],
      );
      await importFile('litellm-gateway-settings.json');
      await workbench.quickRows('Import from LiteLLM Gateway');
      await workbench.picture('exported');
      await workbench.page.keyboard.press('Escape');
      const log = await workbench.outputText();
      assert.match(log, /Settings were imported from a file of Cline: baseUrl, modelId, apiKey/);
      assert.ok(!log.includes(stage.gateway.masterKey));
    },
  );
});

/** The files that other programs keep in the home folder. */
function filesOf(baseUrl, key) {
  return {
    '.cline/data/globalState.json': JSON.stringify({
      actModeApiProvider: 'litellm',
      liteLlmBaseUrl: baseUrl,
      actModeLiteLlmModelId: 'text',
    }),
    '.cline/data/secrets.json': JSON.stringify({ liteLlmApiKey: key }),
    '.continue/config.yaml': `name: Mine
version: 1.0.0
schema: v1
models:
  - name: Through LiteLLM
    provider: openai
    model: text
    apiBase: ${baseUrl}/v1
    apiKey: \${{ secrets.GATEWAY_KEY }}
`,
  };
}

/** Files that a user chooses. */
function exportsOf(baseUrl, key) {
  const profile = (litellmBaseUrl, litellmApiKey) => ({ apiProvider: 'litellm', litellmBaseUrl, litellmApiKey });
  return {
    'roo-code-settings.json': JSON.stringify({
      providerProfiles: {
        currentApiConfigName: 'work',
        apiConfigs: {
          work: profile(baseUrl, key),
          home: profile('http://home.example.com:4000', 'sk-1234'),
          other: { apiProvider: 'openai', openAiBaseUrl: 'https://other.example.com/v1', openAiModelId: 'm' },
        },
      },
    }),
    'openclaw.json': `{ models: { providers: { litellm: {
      baseUrl: "${baseUrl}", apiKey: "\${TEAM_KEY}", api: "openai-completions", models: [{ id: "text", name: "Text" }],
    } } } }`,
    'litellm.yaml': `model_list:
  - model_name: claude-sonnet
    litellm_params: { model: anthropic/claude-sonnet, api_key: os.environ/ANTHROPIC_API_KEY }
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
`,
    'team.yaml': `models:
  - { name: Team, provider: litellm, model: text, apiBase: "${baseUrl}", apiKey: "\${{ secrets.TEAM_SECRET }}" }
`,
    '.env': `TEAM_SECRET=${key}\n`,
    'broken.yaml': 'model_list:\n  - model_name: [a\n  b: c\n',
  };
}

async function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
