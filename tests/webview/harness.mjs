/**
 * The built settings page in a real browser, with the extension's own session behind it and a scripted core and profile behind
 * that. The page is the document that the extension makes, policy included; the harness plays the editor: theme, message
 * line, stored state.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { chromiumOptions } from '../chromium.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const themes = JSON.parse(await readFile(new URL('themes.json', import.meta.url), 'utf8'));
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const chinese = JSON.parse(await readFile(join(root, 'extension/l10n/bundle.l10n.zh-cn.json'), 'utf8'));

/** The built core; its rules for settings are the ones that hold in the page. */
let realCore;

/** Starts the browser and the server of the built page; `close` ends both. */
export async function startBrowser() {
  for (const file of ['webview.js', 'webview.css', 'core.mjs']) {
    if (!existsSync(join(root, 'dist', file))) throw new Error(`dist/${file} is missing: run "npm run build" first.`);
  }
  realCore = await import(pathToFileURL(join(root, 'dist/core.mjs')));
  await realCore.init();
  const host = await bundleHost();
  const documents = new Map();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://host').pathname;
    const file = { '/webview.js': 'text/javascript', '/webview.css': 'text/css' }[path];
    if (documents.has(path)) response.setHeader('content-type', 'text/html').end(documents.get(path));
    else if (file) response.setHeader('content-type', file).end(await readFile(join(root, 'dist', path)));
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch(chromiumOptions);
  let lastPanel = 0;
  return {
    host,
    chinese,
    core: realCore,
    /** Opens a panel; see {@link Panel}. */
    open: async (options = {}) => {
      lastPanel += 1;
      return openPanel({ browser, origin, host, documents, path: `/panel-${lastPanel}`, ...options });
    },
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The extension's side, free of the editor, as a module that Node can run. */
async function bundleHost() {
  const folder = await mkdtemp(join(tmpdir(), 'settings-host-'));
  try {
    const contents = [
      'settingsSession',
      'settingsPage',
      'settingsStrings',
      'pageMessages',
      'modelText',
      'moreSettings',
      'jsonText',
      'connectionCauses',
      'modelTable',
      'modelOverrides',
      'modelRequests',
      'modelTrail',
    ]
      .map((name) => `export * from './${name}.ts';`)
      .join('\n');
    const outfile = join(folder, 'host.mjs');
    await build({
      stdin: { contents, resolveDir: join(root, 'extension/src'), loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
    });
    return await import(pathToFileURL(outfile));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Opens one panel.
 *
 * Options: `profile` and `core` (see {@link scriptedProfile}, {@link scriptedCore}), `theme`, `language`, `width`, `height`,
 * `zoom` (2 is 200 %), `state` (what the editor kept), `restored` (what was typed in a page that was closed), `unfolded`, `raw` (no session: the test answers by `panel.post`).
 */
async function openPanel(options) {
  const { browser, origin, host, documents, path } = options;
  const { theme = 'dark', language = 'en', width = 1200, height = 800, state, raw = false } = options;
  const { zoom = 1 } = options;
  const profile = options.profile ?? scriptedProfile();
  const core = options.core ?? scriptedCore();
  const context = await browser.newContext({
    viewport: { width: width / zoom, height: height / zoom },
    // To a page the editor's zoom, which is a browser's, is a smaller window with more dots for each of its pixels.
    deviceScaleFactor: zoom,
    reducedMotion: options.reducedMotion ?? null,
  });
  const page = await context.newPage();
  const seen = { messages: [], posted: [], complaints: [], logged: [], saves: 0, unfolded: options.unfolded ?? [] };

  const translate = (text, ...values) => {
    const template = language === 'zh-cn' ? (chinese[text] ?? text) : text;
    return template.replace(/\{(\d)\}/g, (whole, index) => values[index] ?? whole);
  };
  const dependencies = {
    profiles: profile,
    groups: options.groups ?? scriptedGroups(),
    catalogs: options.catalogs ?? scriptedCatalogs(profile, {}),
    core: { load: async () => core },
    describeError: (error) => (error instanceof Error ? error.message : String(error)),
    translate,
    log: { failure: (doing, error) => seen.logged.push(`${doing}: ${error.message}`) },
    onSaved: () => {
      seen.saves += 1;
    },
    ...hostOfSettings(seen),
  };
  const post = (message) => {
    seen.posted.push(message);
    // A page that is being closed takes no more messages.
    return page.evaluate((data) => window.postMessage(data, '*'), message).catch(() => undefined);
  };
  const session = raw ? undefined : new host.SettingsSession(dependencies, post, options.restored);

  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) seen.complaints.push(`request to ${request.url()}`);
  });
  await page.exposeFunction('toHost', (message) => {
    seen.messages.push(message);
    session?.receive(message);
  });
  await page.addInitScript(playEditor, { theme: themes[theme], state });

  documents.set(
    path,
    host.settingsPage({
      nonce: 'bm9uY2U',
      source: origin,
      script: `${origin}/webview.js`,
      style: `${origin}/webview.css`,
      language,
      title: 'LiteLLM Gateway',
    }),
  );
  await page.goto(origin + path);
  if (!raw) await page.locator('main').waitFor();
  return {
    page,
    session,
    profile,
    core,
    seen,
    post,
    url: page.locator('#url input'),
    key: page.locator('#key input'),
    model: page.locator('#model input'),
    button: (name) => page.getByRole('button', { name, exact: true }),
    field: (id) => page.locator('.field', { has: page.locator(`#${id}`) }),
    /** Requests of this name that the page sent, as far as they have arrived. */
    sent: (name) => seen.messages.filter((message) => message.name === name),
    /** What the editor would keep of the page. */
    state: () => page.evaluate(() => window.keptState),
    /** Keeps a picture for looking at. */
    picture: async (name) => {
      await mkdir(join(root, '.screenshots/webview'), { recursive: true });
      await page.screenshot({ path: join(root, '.screenshots/webview', `${name}.png`), animations: 'disabled' });
    },
    /** Closes the panel as the editor does. Fails when the page broke its policy, threw, or reached for the network. */
    close: async () => {
      session?.dispose();
      await context.close();
      assert.deepEqual(seen.complaints, []);
    },
  };
}

/** What the editor tells a session of the settings, and remembers for it. */
export function hostOfSettings(seen = { unfolded: [] }) {
  return {
    schemaOf: (name) => manifest.contributes.configuration.properties[`litellm-gateway.${name}`] ?? {},
    program: 'LiteLLM Gateway 0.1.0, an editor 1.104.0 (desktop)',
    copy: async (text) => {
      seen.clipboard = text;
    },
    unfolded: {
      read: () => seen.unfolded,
      keep: (names) => {
        seen.unfolded = names;
      },
    },
  };
}

/** Runs in the page before anything else: what the editor's webview provides. */
function playEditor({ theme, state }) {
  window.keptState = state;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.toHost(message),
    getState: () => window.keptState,
    setState: (kept) => {
      window.keptState = kept;
    },
  });
  for (const [name, value] of Object.entries(theme.variables)) document.documentElement?.style.setProperty(name, value);
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(name, value);
    document.body.className = theme.bodyClass;
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
}

/** A promise and the functions that settle it. */
export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** Waits until the condition holds: for what happens outside of a page. */
export async function until(condition) {
  for (let round = 0; round < 3000 && !condition(); round += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(condition(), 'it never came to hold');
}

/**
 * The profile that is shown first, in memory; `keyOrigin` is where its key may go, `others` are further ones of the same
 * shape with an `id` and a `name`. `fail` makes operations reject: `{ save: new Error(…) }`.
 */
export function scriptedProfile({ others = [], id = 'default', name = 'Default', env, ...first } = {}) {
  const listeners = new Set();
  const all = new Map();
  const add = ({ id, name, ...stored }) => all.set(id, { name, stored });
  for (const given of [{ id, name, ...first }, ...others]) add(given);
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const changing =
    (operation, work) =>
    async (...given) => {
      if (profile.fail[operation]) throw profile.fail[operation];
      const result = work(...given);
      tell();
      return result;
    };
  const added = (given) => {
    const id = given.name.toLowerCase();
    add({ ...given, id });
    return id;
  };
  let removed;
  const profile = {
    all,
    stored: all.get(id).stored,
    saves: [],
    fail: {},
    list: async () => [...all].map(([id, { name }]) => ({ id, name })),
    saved: (id) => {
      const { apiKey, keyOrigin, ...settings } = all.get(id)?.stored ?? {};
      return settings;
    },
    hasApiKey: async (id) => {
      if (profile.fail.hasApiKey) throw profile.fail.hasApiKey;
      return all.get(id)?.stored.apiKey !== undefined;
    },
    read: async (id) => {
      if (profile.fail.read) throw profile.fail.read;
      const { apiKey, keyOrigin, ...others } = all.get(id)?.stored ?? {};
      // A key was entered for the address that is saved with it, unless the test says otherwise.
      const key = apiKey && { apiKey, origin: keyOrigin ?? realCore.originOf(others.baseUrl ?? '') };
      return { settings: { ...others, env }, ...(key && { key }) };
    },
    save: async (id, settings, key) => {
      profile.saves.push({ settings, key });
      await profile.beforeSave?.();
      if (profile.fail.save) throw profile.fail.save;
      const { stored } = all.get(id);
      Object.assign(stored, settings);
      if (key !== undefined) Object.assign(stored, { apiKey: key?.apiKey, keyOrigin: key?.origin });
      tell();
    },
    add: changing('add', added),
    duplicate: changing('duplicate', (id, name) => added({ ...all.get(id).stored, name })),
    rename: changing('rename', (id, name) => {
      all.get(id).name = name;
    }),
    remove: changing('remove', (id) => {
      removed = { id, ...all.get(id) };
      all.delete(id);
    }),
    restore: changing('restore', () => {
      if (!removed) return undefined;
      all.set(removed.id, removed);
      return removed.id;
    }),
    forgetRemoved: () => {
      removed = undefined;
    },
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    /** Somebody else changes what is stored. */
    change: (changes) => {
      Object.assign(profile.stored, changes);
      tell();
    },
    /** Somebody else removes a profile. */
    drop: (id) => {
      all.delete(id);
      tell();
    },
    listeners,
  };
  return profile;
}

/** The groups that the editor keeps; `change` replaces them. */
export function scriptedGroups(list = []) {
  const listeners = new Set();
  const groups = {
    managed: 0,
    list: () => list,
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    manage: async () => {
      groups.managed += 1;
    },
    change: (others) => {
      list = others;
      for (const listener of listeners) listener();
    },
  };
  return groups;
}

/**
 * The lists that the chat is offered: of every profile what `list({ profile, refresh })` gives, members of the extension's
 * `GatewayCatalog`, with the user's words over the models.
 */
export function scriptedCatalogs(profile, { list = async () => ({ models: someModels.map(complete) }) }) {
  const catalogs = {
    asked: [],
    find: async (id) => ({
      catalog: async ({ refresh }) => {
        catalogs.asked.push({ id, refresh });
        const { models = [], ...others } = await list({ profile: id, refresh });
        const overrides = profile.saved(id).modelOverrides ?? {};
        const told = models.map((listed) => {
          const override = Object.hasOwn(overrides, listed.id) ? overrides[listed.id] : undefined;
          if (!override) return { info: listed, listed };
          const assumed = listed.assumed.filter((name) => !Object.hasOwn(override, name));
          return { info: { ...listed, ...override, assumed }, listed, override };
        });
        const unlisted = (id) => {
          const override = Object.hasOwn(overrides, id) ? overrides[id] : undefined;
          return { info: { ...complete(model(id)), ...override }, ...(override && { override }) };
        };
        return { readAt: Date.UTC(2026, 10, 29, 12), attempts: goodAttempts, models: told, unlisted, ...others };
      },
    }),
  };
  return catalogs;
}

/** How a list is read from a gateway where all goes well. */
export const goodAttempts = [
  { path: '/v1/model/info', status: 200 },
  { path: '/v1/models', status: 200 },
];

/** A model with every field, as the core tells it. */
export function complete(given) {
  return {
    family: given.id,
    mode: 'chat',
    maxTokens: 8192,
    maxInputTokens: given.contextWindow,
    supportsImages: false,
    supportsPromptCache: false,
    supportsComputerUse: false,
    supportsTools: true,
    supportsReasoning: false,
    supportsPdf: false,
    supportsAudio: false,
    priceTiers: [],
    description: `${given.id} via LiteLLM`,
    deployments: 1,
    ...given,
  };
}

/**
 * The built core's rules with a gateway that does what the test says: `listModels(settings, options)` and
 * `testConnection(settings, options)` can be replaced. `handlers` holds the settings each handler was made with.
 */
export function scriptedCore({ listModels, listGuardrails, testConnection } = {}) {
  const core = {
    handlers: [],
    listModels: listModels ?? (async () => ({ models: someModels })),
    listGuardrails: listGuardrails ?? (async () => []),
    testConnection: testConnection ?? (() => passingTest()),
    normalizeSettings: realCore.normalizeSettings,
    originOf: realCore.originOf,
    resolveEndpoints: realCore.resolveEndpoints,
    secretsOf: realCore.secretsOf,
    LiteLLMHandler: class {
      constructor(settings) {
        core.handlers.push(settings);
        this.settings = settings;
      }
      listModels(options) {
        return core.listModels(this.settings, options);
      }
      listGuardrails(options) {
        return core.listGuardrails(this.settings, options);
      }
      testConnection(options) {
        return core.testConnection(this.settings, options);
      }
    },
  };
  return core;
}

/** A model as the core lists it. */
export function model(id, given = {}) {
  return { id, name: id, contextWindow: 200000, assumed: [], ...given };
}

/** A small gateway's models. */
export const someModels = [
  model('claude-sonnet-4-5', { name: 'Claude Sonnet 4.5', inputPrice: 3, outputPrice: 15 }),
  model('claude-opus-4-1', { name: 'Claude Opus 4.1', inputPrice: 15, outputPrice: 75 }),
  model('gpt-5', { name: 'GPT-5', contextWindow: 272000, inputPrice: 1.25, outputPrice: 10 }),
  model('gpt-5-mini', { name: 'GPT-5 mini', contextWindow: 272000, inputPrice: 0.25, outputPrice: 2 }),
  model('gemini-2.5-pro', { name: 'Gemini 2.5 Pro', contextWindow: 1048576, inputPrice: 1.25, outputPrice: 10 }),
  model('gemini-2.5-flash-lite', { contextWindow: 1048576, inputPrice: 0.1, outputPrice: 0.4 }),
  model('local/qwen3-coder', { name: 'Qwen3 Coder', contextWindow: 131072, inputPrice: 0, outputPrice: 0 }),
  model('team/unknown-model', { assumed: ['contextWindow', 'maxTokens'] }),
];

const stepNames = ['address', 'reachable', 'gateway', 'key', 'models', 'chat'];

function asked(path) {
  return { method: 'GET', url: `http://localhost:4000${path}` };
}

/** What each step finds when all is well. */
export const passingSteps = [
  { step: 'address', status: 'ok', durationMs: 0.1, detail: 'http://localhost:4000' },
  {
    step: 'reachable',
    status: 'ok',
    durationMs: 12,
    detail: '',
    request: asked('/health/liveliness'),
    replyStatus: 200,
    encryption: 'none',
  },
  {
    step: 'gateway',
    status: 'ok',
    durationMs: 31,
    detail: 'A LiteLLM gateway answers.',
    request: asked('/v1/models'),
    replyStatus: 200,
    version: '1.83.0',
  },
  { step: 'key', status: 'ok', durationMs: 18, detail: '', request: asked('/v1/models'), replyStatus: 200 },
  {
    step: 'models',
    status: 'ok',
    request: asked('/v1/model/info'),
    replyStatus: 200,
    durationMs: 240,
    detail: '8 models, and gpt-5 is one of them.',
    modelCount: 8,
    hasModel: true,
  },
  {
    step: 'chat',
    status: 'ok',
    durationMs: 1840,
    detail: 'gpt-5 answers.',
    request: { ...asked('/v1/chat/completions'), method: 'POST' },
    replyStatus: 200,
    firstPartMs: 412,
    totalCost: 0.000123,
  },
];

async function* passingTest() {
  yield* passingSteps;
}

/** A test in which `failing` fails with this sentence, or as `facts` say, and the rest is skipped. */
export async function* failingTest(failing, sentence, facts = {}) {
  let failed = false;
  for (const step of stepNames) {
    if (failed) yield { step, status: 'skipped', durationMs: 0, detail: '' };
    else if (step === failing) {
      failed = true;
      yield { step, status: 'failed', durationMs: 3012, detail: '', error: new Error(sentence), ...facts };
    } else yield passingSteps.find((passing) => passing.step === step);
  }
}
