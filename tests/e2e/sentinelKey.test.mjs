// One key, used in every part of the extension, and then looked for wherever it must not be: in each message to the settings
// page, in all that was to be seen, in settings, files, logs, the clipboard and the editor's storage. Only the secret storage
// may hold it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { ensureGateway } from '../../extension/development/gateway.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const PROVIDER_KEY = 'sk-secret-of-the-test';

/** Where the editor in a browser has its secret storage: this member of the page's own storage. */
const SECRET_STORAGE = 'secrets.provider';

/** The keys of the gateways are all of this shape: those that were made for the test, and the one that we make ourselves. */
const KEY = /sk-[0-9a-f]{48}|sk-secret-of-the-test/g;

describe('a key', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let panel;
  let lab;
  const messages = [];
  const seen = [];

  before(async () => {
    const litellm = await ensureGateway();
    lab = await startScriptedGateway([
      { when: { path: '/v1/model/info' }, status: 200, json: { data: [{ model_name: 'lab-model' }] } },
    ]);
    stage = await startStage('sentinel', {
      isConnected: false,
      env: {
        VIRTUAL_ENV: join(litellm, '..', '..'),
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        LITELLM_MASTER_KEY: undefined,
        LOCAL_SERVER_API_KEY: undefined,
      },
    });
    ({ workbench } = stage);
    await workbench.page.exposeBinding('keepMessage', (_, text) => {
      messages.push(text);
    });
    const { baseUrl } = stage.relay;
    const work = { apiProvider: 'litellm', litellmBaseUrl: baseUrl, litellmApiKey: stage.gateway.masterKey };
    const file = { providerProfiles: { currentApiConfigName: 'work', apiConfigs: { work } } };
    await writeFile(join(stage.workspace, 'roo-code-settings.json'), JSON.stringify(file));
    panel = await open();
  });
  after(async () => {
    await stage?.stop();
    await lab?.stop();
  });

  const field = (label) => panel.getByLabel(label, { exact: true }).first();
  const button = (name) => panel.getByRole('button', { name, exact: true });
  const says = (text) => panel.getByText(text).first().waitFor();

  const open = async () => {
    const opened = await workbench.openSettings();
    await listenTo(workbench.page);
    return opened;
  };

  /** Keeps a picture of what is to be seen, and all of its text: of the editor and of every page in it. */
  const look = async (title) => {
    await workbench.picture(title);
    for (const frame of workbench.page.frames()) {
      const text = await frame.evaluate(textOf).catch(() => '');
      seen.push([title, text]);
    }
  };
  const part = (title, play) =>
    scene(
      title,
      () => workbench,
      async () => {
        await play();
        await look('end');
        assert.deepEqual(found(seen), [], 'nothing to be seen holds a key');
      },
    );

  part('is entered in the form, used for a test of the connection, and saved', async () => {
    await field('URL').fill(stage.relay.baseUrl);
    await field('API key').fill(stage.gateway.masterKey);
    await look('typed');
    await button('Refresh').click();
    await says(/^The gateway offers \d+ models\.$/);
    await field('Model ID').fill('text');
    await field('Model ID').press('Escape');
    await button('Test Connection').click();
    await says('The connection works.');
    await look('tested');
    await button('Copy Diagnosis').click();
    await says('Copied. The text holds no key and no header values.');
    const copied = await workbench.page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /API key: set, not told here/);
    assert.deepEqual(copied.match(KEY), null);
    await button('Save').click();
    await says(/^Saved: /);
  });

  part('goes with its profile when that is copied, renamed, deleted and brought back', async () => {
    for (const [press, text, said] of [
      ['Duplicate', 'Twin', 'Added "Twin" with the same settings and key.'],
      ['Rename', 'Second', 'Renamed.'],
    ]) {
      await button(press).click();
      await field('Name of the profile').fill(text);
      await field('Name of the profile').press('Enter');
      await says(said);
    }
    await button('Delete').click();
    await says('Deleted "Second".');
    await look('deleted');
    await button('Undo').click();
    await says('"Second" is back.');
  });

  part("is taken from another program's file, and left out of an export", async () => {
    await workbench.runCommand('LiteLLM Gateway: Import Settings…');
    await workbench.chooseRow('Import Settings', 'roo-code-settings.json');
    const offered = await workbench.quickTexts('Import from Roo Code');
    assert.match(offered.join('\n'), /API key, ••••/);
    await look('offered');
    await workbench.page.keyboard.press('Enter');
    await workbench.chooseRow('Import Settings', 'Add a New Profile');
    await workbench.message('The settings of Roo Code were imported.');
    await workbench.runCommand('LiteLLM Gateway: Export Settings…');
    await workbench.takeFile('Export Settings', 'litellm-gateway-settings.json');
    await workbench.message('The settings were exported without the API keys.');
    const text = readFileSync(join(stage.workspace, 'litellm-gateway-settings.json'), 'utf8');
    assert.equal(JSON.parse(text).profiles.length, 3);
    assert.deepEqual(text.match(KEY), null);
  });

  part('is typed in the quick set-up', async () => {
    await workbench.runCommand('LiteLLM Gateway: Set Up…');
    await workbench.enter('1 of 3', stage.relay.baseUrl);
    await workbench.page.locator('.quick-input-title').filter({ hasText: '2 of 3' }).waitFor();
    await workbench.quickInput.fill(stage.gateway.masterKey);
    await look('typed-again');
    await workbench.quickInput.press('Enter');
    await workbench.quickTexts('3 of 3');
    await workbench.quickInput.fill('text');
    await workbench.page.keyboard.press('Enter');
    await workbench.chooseRow('Set Up', 'Add a New Profile');
    await until('the model is chosen', async () => (await workbench.chosenModel())?.startsWith('text ('));
  });

  part('of a group is kept by the editor', async () => {
    await workbench.addGroup('LiteLLM URL and Key', 'Lab', [lab.baseUrl, PROVIDER_KEY]);
    await until('the group is asked for its models', () => lab.requests.length > 0);
    assert.equal(lab.requests[0].headers.authorization, `Bearer ${PROVIDER_KEY}`);
    panel = await open();
    await panel.getByRole('combobox', { name: 'Profile' }).selectOption(lab.host);
    await says('This gateway was added in the editor');
  });

  part('of a provider is handed to a gateway on this machine', async () => {
    await workbench.runCommand('LiteLLM Gateway: Start a Gateway on This Machine…');
    await workbench.quickTexts('Start a Gateway');
    await workbench.quickInput.fill('LM Studio');
    await workbench.chooseRow('Start a Gateway', 'LM Studio');
    await workbench.page.keyboard.press('Enter');
    await workbench.enter('Start a Gateway: vLLM', `${stage.upstream.baseUrl}/text/v1`);
    await workbench.page.getByText('Which of its models?').first().waitFor();
    await workbench.enter('Start a Gateway: vLLM', 'my-model');
    await workbench.takeFile('Where does the configuration go?', 'litellm-config.yaml');
    await workbench.enter('LOCAL_SERVER_API_KEY', PROVIDER_KEY);
    await workbench.chooseRow('Start a Gateway', 'LiteLLM as it is installed here');
    await workbench.quickTexts('Set Up: the Model');
    await look('started');
    await workbench.page.keyboard.press('Escape');
    const text = readFileSync(join(stage.folder, 'home', 'litellm-config.yaml'), 'utf8');
    assert.deepEqual(text.match(KEY), null);
  });

  part('was in no message to the settings page, and in no log', async () => {
    const log = await workbench.outputText();
    assert.match(log, /LiteLLM was started on port/);
    assert.deepEqual(log.match(KEY), null);
    // The editor writes down what it wants to bring back, terminals too, when its window is left.
    await workbench.open();
    panel = await open();
    const names = messages.map((text) => JSON.parse(text).type);
    for (const type of ['answer', 'progress', 'profiles', 'saved']) assert.ok(names.includes(type), type);
    assert.deepEqual(found(messages.map((text) => ['message', text])), []);
  });

  part('is in the secret storage, and in no other storage of the editor', async () => {
    const files = filesBelow(stage.editor.userDataDir);
    assert.ok(
      files.some((file) => file.endsWith('chatLanguageModels.json')),
      'the group is written down',
    );
    assert.ok(files.some((file) => file.endsWith('.log')));
    const contents = files.map((file) => [file, readFileSync(file, 'latin1')]);
    const stored = await workbench.page.evaluate(storageOf);
    assert.ok(stored.length > 10);
    assert.deepEqual(found([...contents, ...stored.filter(([name]) => name !== SECRET_STORAGE)]), []);
    assert.ok(stored.some(([name]) => name === SECRET_STORAGE));
  });
});

/** The names of the texts that hold a key. */
function found(texts) {
  return [...new Set(texts.filter(([, text]) => text.match(KEY)).map(([name]) => name))];
}

/** Has the settings page that is open tell of each message that it gets from here on. */
async function listenTo(page) {
  for (const frame of page.frames().filter((one) => one.url().includes('/fake.html'))) {
    await frame.evaluate(() => {
      if (window.isHeard) return;
      window.isHeard = true;
      addEventListener('message', ({ data }) => window.keepMessage(JSON.stringify(data)));
    });
  }
}

/** Runs in a page: all that stands in it, and in its fields but those for passwords, which show dots. */
function textOf() {
  const texts = [document.documentElement.outerHTML];
  const visit = (root) => {
    for (const part of root.querySelectorAll('*')) {
      if (part.shadowRoot) visit(part.shadowRoot);
      if ((part.matches('input') && part.type !== 'password') || part.matches('textarea')) texts.push(part.value);
    }
    if (root instanceof ShadowRoot) texts.push(root.innerHTML);
  };
  visit(document);
  return texts.join('\n');
}

/** Runs in the editor's page: all that it keeps in its storages, by names. */
async function storageOf() {
  const texts = Object.entries(localStorage).concat(Object.entries(sessionStorage));
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    for (const store of database.objectStoreNames) {
      const values = await new Promise((resolve, reject) => {
        const all = database.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => resolve(all.result);
        all.onerror = () => reject(all.error);
      });
      const decode = (value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
      for (const value of values) texts.push([`${name}/${store}`, JSON.stringify(decode(value)) ?? '']);
    }
    database.close();
  }
  return texts;
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
