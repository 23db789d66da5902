/** The settings panel: one editor tab with the settings page in it. */
import * as vscode from 'vscode';
import { settingsPage } from './settingsPage.ts';
import { type SessionDependencies, SettingsSession } from './settingsSession.ts';

/** What the panel needs. */
export interface SettingsPanelDependencies extends Omit<SessionDependencies, 'translate'> {
  /** The folder in which the extension is installed. */
  extensionUri: vscode.Uri;
}

/** The one settings panel of a window. */
export class SettingsPanel {
  static readonly viewType = 'litellm-gateway.settings';
  static #open: SettingsPanel | undefined;

  readonly #panel: vscode.WebviewPanel;

  /** Shows the panel: the one that is open, else a new one. */
  static open(dependencies: SettingsPanelDependencies): void {
    if (SettingsPanel.#open) SettingsPanel.#open.#panel.reveal();
    else SettingsPanel.#open = new SettingsPanel(dependencies);
  }

  private constructor(dependencies: SettingsPanelDependencies) {
    const { extensionUri } = dependencies;
    const built = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#panel = vscode.window.createWebviewPanel(
      SettingsPanel.viewType,
      vscode.l10n.t('LiteLLM Gateway'),
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: [built],
        // The page keeps what is typed across being hidden. Its stored state could hold the URL and the model id, and does,
        // but never the key: a typed key lives in the field alone, so the field itself has to stay.
        retainContextWhenHidden: true,
      },
    );
    const { webview } = this.#panel;
    const session = new SettingsSession(
      { ...dependencies, translate: vscode.l10n.t },
      (message) => void webview.postMessage(message),
    );
    const messages = webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    this.#panel.onDidDispose(() => {
      SettingsPanel.#open = undefined;
      messages.dispose();
      session.dispose();
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

/** 122 random bits as hexadecimal digits. */
function newNonce(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
