/** The settings panel: one editor tab with the settings page in it. */
import * as vscode from 'vscode';
import { readUnfolded } from './pageMessages.ts';
import type { KeptPage, PageView } from './protocol.ts';
import { schemaOf } from './settingsIssues.ts';
import { settingsPage } from './settingsPage.ts';
import { type SessionDependencies, SettingsSession } from './settingsSession.ts';
import { settingsViewType } from './settingsView.ts';
import { askAboutUnsaved } from './unsavedSettings.ts';

/** What the panel needs. */
export interface SettingsPanelDependencies
  extends Omit<SessionDependencies, 'translate' | 'schemaOf' | 'unfolded' | 'program' | 'copy'> {
  /** The folder in which the extension is installed. */
  extensionUri: vscode.Uri;
  /** Remembers from one panel to the next which parts of the page are unfolded. */
  globalState: vscode.Memento;
}

/** Under this name the editor remembers which parts of the page are unfolded. */
const unfoldedKey = 'settings.unfolded';

/** The one settings panel of a window. */
export class SettingsPanel {
  static #open: SettingsPanel | undefined;

  readonly #panel: vscode.WebviewPanel;
  readonly #session: SettingsSession;

  /**
   * Shows the panel: the one that is open, else a new one, with what was `kept` of an earlier one typed into it. `profile` is
   * the id of the one to show, or empty; without a `view` it is shown as it was last.
   */
  static open(
    dependencies: SettingsPanelDependencies,
    { profile = '', view = null, kept }: { profile?: string; view?: PageView | null; kept?: KeptPage } = {},
  ): void {
    const open = SettingsPanel.#open;
    if (open && !kept) {
      open.#panel.reveal();
      open.#session.show(profile, view);
      return;
    }
    // What is wanted back gets a page of its own; if the one that is open holds something, that is asked about in turn.
    if (open) open.#panel.dispose();
    const title = vscode.l10n.t('LiteLLM Gateway');
    // The page stays alive while it is hidden. It hands what is typed to the editor to keep, but neither a typed key nor
    // headers: these live in their fields alone.
    const options = { retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel(settingsViewType, title, vscode.ViewColumn.Active, options);
    SettingsPanel.#open = new SettingsPanel(panel, dependencies, kept);
    SettingsPanel.#open.#session.show(profile, view);
  }

  /** Fills a panel that was open when the window was loaded anew. */
  static restore(panel: vscode.WebviewPanel, dependencies: SettingsPanelDependencies): void {
    if (SettingsPanel.#open) panel.dispose();
    else SettingsPanel.#open = new SettingsPanel(panel, dependencies);
  }

  private constructor(
    panel: vscode.WebviewPanel,
    dependencies: SettingsPanelDependencies,
    kept: KeptPage | null = null,
  ) {
    this.#panel = panel;
    const built = vscode.Uri.joinPath(dependencies.extensionUri, 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [built] };
    const { globalState } = dependencies;
    const unfolded = {
      read: () => readUnfolded(globalState.get(unfoldedKey)),
      keep: (names: string[]) => void globalState.update(unfoldedKey, names),
    };
    const session = new SettingsSession(
      {
        ...dependencies,
        translate: vscode.l10n.t,
        schemaOf,
        unfolded,
        program: program(),
        copy: (text) => vscode.env.clipboard.writeText(text),
      },
      (message) => void webview.postMessage(message),
      kept,
    );
    this.#session = session;
    const messages = webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    panel.onDidDispose(() => {
      SettingsPanel.#open = undefined;
      messages.dispose();
      session.dispose();
      const { kept } = session;
      if (kept) void askAboutUnsaved(kept, dependencies.profiles, () => SettingsPanel.open(dependencies, { kept }));
    });
    webview.html = settingsPage({
      nonce: newNonce(),
      source: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(built, 'webview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(built, 'webview.css')).toString(),
      language: vscode.env.language,
      title: vscode.l10n.t('LiteLLM Gateway'),
    });
  }
}

/** The extension and where it runs. */
function program(): string {
  const manifest: { version?: unknown } = vscode.extensions.getExtension(
    'litellm-gateway.litellm-gateway',
  )?.packageJSON;
  const { appName, uiKind, remoteName } = vscode.env;
  const place = uiKind === vscode.UIKind.Web ? 'web' : 'desktop';
  const where = remoteName === undefined ? place : `${place}, ${remoteName}`;
  return `LiteLLM Gateway ${manifest?.version}, ${appName} ${vscode.version} (${where})`;
}

/** 122 random bits as hexadecimal digits. */
function newNonce(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
