// Drives a real editor in a real browser, as a user would: by keys, clicks and what is to be seen.

import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumOptions } from '../chromium.mjs';
import { LIMIT_MS, until } from './until.mjs';

const PICTURES = fileURLToPath(new URL('../../.screenshots/e2e/', import.meta.url));

/** One try of something that may be spoilt by a frame that takes the focus; more tries follow. */
const TRY_MS = 3000;

/**
 * Opens the editor at `url` in a new browser with a fresh profile: the editor keeps the chosen model and more in the
 * browser, which must not go from one test file to another. `name` begins the names of all pictures; `language` is the one that
 * the editor takes for its own and its extensions', though it has no texts of its own in it.
 */
export async function openWorkbench(url, name, language) {
  const profile = await mkdtemp(join(tmpdir(), 'litellm-gateway-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...chromiumOptions,
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    // What moves while an answer comes is drawn sixty times a second, by the processor.
    reducedMotion: 'reduce',
  });
  if (language)
    await context.addInitScript((own) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: own }), language);
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(LIMIT_MS);
  const workbench = new Workbench(page, name, async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  await workbench.open(url);
  return workbench;
}

class Workbench {
  #name;
  #pictures = 0;

  constructor(page, name, close) {
    this.page = page;
    this.close = close;
    this.#name = name;
    mkdirSync(PICTURES, { recursive: true });
  }

  /** Opens the same folder in a second window of the same browser. */
  async openWindow(name) {
    const page = await this.page.context().newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const window = new Workbench(page, name, () => page.close());
    await window.open(this.page.url());
    return window;
  }

  /** Loads the editor, or loads it anew. */
  async open(url = this.page.url()) {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench').waitFor();
  }

  /** Keeps a picture of what is to be seen now. */
  async picture(title) {
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, '0');
    await this.page.screenshot({ path: join(PICTURES, `${this.#name}-${number}-${title}.png`) });
  }

  /** Runs a command of the palette by its title, which is asked for until the editor knows it. */
  async runCommand(title) {
    const input = this.quickInput;
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    await until(`the command "${title}" ran`, () =>
      attempt(
        async () => {
          if (!(await input.isVisible())) await this.page.keyboard.press('F1');
          await input.fill(`>${title}`, { timeout: TRY_MS });
          await row.click({ timeout: TRY_MS });
        },
        () => this.page.keyboard.press('Escape'),
      ),
    );
  }

  /** Answers the quick input whose title has these words, as soon as it asks. */
  async enter(title, text) {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await this.quickInput.waitFor();
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** Takes the file of this name that the dialog with this title proposes; in a browser the dialog is a quick input. */
  async takeFile(title, name) {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await until(`"${name}" is proposed`, async () => (await this.quickInput.inputValue()).endsWith(name));
    await this.quickInput.press('Enter');
  }

  /** The field of the quick input that is open now. */
  get quickInput() {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /** The rows of the quick input that is open now, from the one that asks for `title`. */
  async quickRows(title) {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /** What the rows of the quick input that asks for `title` say, as it is read out: label, description and detail. */
  async quickTexts(title) {
    const rows = await this.quickRows(title);
    await rows.first().waitFor();
    return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  /** Chooses a row of the quick input that asks for `title`. */
  async chooseRow(title, text) {
    const rows = await this.quickRows(title);
    await rows.filter({ hasText: text }).first().click();
  }

  /** The text of a message of ours, which has these words; presses its button, if one is named. */
  async message(words, button) {
    const message = this.page.locator('.notification-list-item').filter({ hasText: words }).first();
    await message.waitFor();
    const text = plain(await message.locator('.notification-list-item-message').textContent());
    if (button) await message.getByRole('button', { name: button, exact: true }).click();
    return text;
  }

  /**
   * Adds a group in the editor's own list of models: of the provider with this name, called `name`, with these answers to what
   * the editor asks in turn.
   */
  async addGroup(provider, name, answers) {
    await this.runCommand('Manage Language Models');
    await this.page.getByRole('button', { name: /^Add Models/ }).click();
    const item = this.page.getByRole('menuitem', { name: provider });
    const input = this.quickInput;
    await item.waitFor();
    // A menu that has only just opened lets a click pass: it is clicked until it closes.
    await until(`"${provider}" was chosen`, async () => {
      if (await item.isVisible()) await item.click({ timeout: TRY_MS }).catch(() => undefined);
      return input.isVisible();
    });
    let before = '';
    for (const answer of [name, ...answers]) {
      await until('the editor asks', async () => (await input.isVisible()) && (await input.inputValue()) !== before);
      await input.fill(answer);
      await input.press('Enter');
      before = answer;
    }
    await input.waitFor({ state: 'hidden' });
  }

  // ---- the chat

  get #chat() {
    return this.page.locator('.part.auxiliarybar');
  }

  /** The name of the model that is chosen in the chat; nothing while there is no chat. */
  async chosenModel() {
    const name = this.#chat.locator('.model-picker-name').first();
    return (await name.isVisible()) ? (await name.textContent())?.trim() : undefined;
  }

  /** Chooses a model of the chat by its name, as soon as it is offered. */
  async chooseModel(name) {
    const chosen = this.#chat.locator('.model-picker-name').first();
    await until(`the model "${name}" was offered`, () =>
      attempt(
        async () => {
          await this.#openPicker();
          await this.#pickerSearch.fill(name, { timeout: TRY_MS });
          await this.#pickerRow(name).click({ timeout: TRY_MS });
        },
        () => this.page.keyboard.press('Escape'),
      ),
    );
    await until(`"${name}" is the chosen model`, async () => (await chosen.textContent())?.trim() === name);
  }

  /** Waits until the chat's picker, which is left open, offers this model. */
  async offers(name) {
    await this.#searchPicker(name, () => this.#pickerRow(name).isVisible());
  }

  /** Waits until the chat's picker, which is left open, finds nothing under this name. */
  async offersNot(name) {
    const rows = this.page.locator('.action-widget-dropdown .monaco-list-row');
    await this.#searchPicker(name, async () => (await rows.count()) === 0);
  }

  async #searchPicker(name, condition) {
    await until(`the picker was searched for "${name}"`, () =>
      attempt(
        async () => {
          await this.#openPicker();
          await this.#pickerSearch.fill(name, { timeout: TRY_MS });
          await until('the result is as expected', condition, TRY_MS);
        },
        () => this.page.keyboard.press('Escape'),
      ),
    );
  }

  async closePicker() {
    await this.page.keyboard.press('Escape');
    await this.#pickerSearch.waitFor({ state: 'hidden' });
  }

  async #openPicker() {
    if (await this.#pickerSearch.isVisible()) return;
    await this.#chat.locator('.model-picker-name').first().click({ timeout: TRY_MS });
    await this.#pickerSearch.waitFor({ timeout: TRY_MS });
  }

  get #pickerSearch() {
    return this.page.locator('.action-widget-dropdown input');
  }

  #pickerRow(name) {
    const label = this.page.getByText(name, { exact: true });
    return this.page.locator('.action-widget-dropdown .monaco-list-row').filter({ has: label }).first();
  }

  /** Begins a new conversation. */
  async newChat() {
    await this.#chat.locator('.title-actions [aria-label^="New Chat"]').first().click();
    await until('the chat is empty', async () => (await this.#lastIndex()) === -1);
  }

  /** Types a message into the chat and sends it. */
  async ask(text) {
    const before = await this.#lastIndex();
    const input = this.#chat.locator('.interactive-input-part .interactive-input-editor').first();
    await input.click();
    await this.page.keyboard.insertText(text);
    await until('the message was typed', async () =>
      plain(await input.locator('.view-lines').textContent()).includes(text),
    );
    await this.page.keyboard.press('Enter');
    await until('the chat shows the question', async () => (await this.#lastIndex()) >= before + 2);
  }

  /** Pastes a picture (base64 text of PNG) into the chat's input, and waits until it is attached. */
  async pasteImage(data) {
    await this.page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const item = new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) });
      await navigator.clipboard.write([item]);
    }, data);
    await this.#chat.locator('.interactive-input-part .interactive-input-editor').first().click();
    await this.page.keyboard.press('Control+V');
    await this.#chat.locator('.interactive-input-part .chat-attached-context-attachment img').first().waitFor();
  }

  /** Asks the chosen model of the scripted upstream for its first words, and waits for all of them. */
  async hello() {
    await this.ask('Say hello');
    await this.replyWith('Hello from the scripted upstream.');
    await this.settled();
    await this.picture('hello');
  }

  /** The row of the last reply. */
  async lastReply() {
    return this.#rows.and(this.page.locator(`[data-index="${await this.#lastIndex()}"]:visible`));
  }

  /** The last reply's visible text, and that of errors in its place. */
  async reply() {
    return plain((await (await this.lastReply()).allInnerTexts()).join(''));
  }

  get #rows() {
    return this.#chat.locator('.interactive-session .interactive-list .monaco-list-row');
  }

  /** The place of the last row, -1 when there is none: rows out of view are not in the page, and those in it are in no order. */
  async #lastIndex() {
    // The rows of a conversation that was left stay in the page for a while, unseen.
    const indexes = await this.#rows.evaluateAll((rows) =>
      rows.filter((row) => row.checkVisibility()).map((row) => Number(row.dataset.index)),
    );
    return Math.max(-1, ...indexes);
  }

  /** Waits until the last reply has this text; gives all of it. */
  async replyWith(text) {
    let reply;
    const isThere = async () => {
      reply = await this.reply();
      return reply.includes(text);
    };
    await until(`the reply has "${text}"`, isThere).catch((error) => {
      throw new Error(`${error.message}; it is: "${reply}"`);
    });
    return reply;
  }

  /** Waits until nothing is being answered. */
  async settled() {
    await this.#stopButton.waitFor({ state: 'hidden' });
  }

  /** Opens what is folded away in the last reply: the steps, and the thinking within. */
  async unfoldSteps() {
    for (const name of ['.completed-response-summary', '.chat-thinking-box .monaco-button']) {
      const fold = (await this.lastReply()).locator(`${name}[aria-expanded="false"]`).first();
      await fold.click();
    }
  }

  /** Presses the chat's stop button. */
  async stop() {
    await this.#stopButton.click();
  }

  get #stopButton() {
    return this.#chat.locator('.interactive-input-part .codicon-stop-circle').first();
  }

  /** How much of the context window the chat says is used, in percent. */
  async contextUsage() {
    const label = await this.#chat.locator('.chat-context-usage-widget').first().getAttribute('aria-label');
    return Number(/(\d+)%/.exec(label ?? '')?.[1]);
  }

  // ---- views of ours

  /** The document of the settings panel: a webview's page is two frames deep. */
  get settingsPage() {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
  }

  /** Opens the settings panel and waits for its form. */
  async openSettings() {
    await this.runCommand('LiteLLM Gateway: Open Settings');
    await this.settingsPage.getByLabel('URL', { exact: true }).first().waitFor();
    return this.settingsPage;
  }

  /** Everything in our output channel, from its first line. */
  async outputText() {
    await this.runCommand('LiteLLM Gateway: Show Log');
    const editor = this.page.locator('.part.panel .monaco-editor[role="code"]').first();
    await editor.waitFor();
    return until('the output channel shows text', async () => {
      // The editor draws only the lines in view, so the text goes through the clipboard.
      await editor.click();
      await this.page.keyboard.press('Control+A');
      await this.page.keyboard.press('Control+C');
      return this.page.evaluate(() => navigator.clipboard.readText());
    });
  }
}

/** Text without what the layout makes of its spaces. */
function plain(text) {
  return (text ?? '').replace(/\s+/g, ' ');
}

/** Whether `work` succeeded; else `recover` was done. */
async function attempt(work, recover) {
  try {
    await work();
    return true;
  } catch {
    await recover();
    return false;
  }
}
