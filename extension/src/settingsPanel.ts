/** The settings panel: one editor tab with the settings page in it. */
import * as vscode from 'vscode';
import { settingsPage } from './settingsPage.ts';
import { type SessionDependencies, SettingsSession } from './settingsSession.ts';

/** What the panel needs. */
export interface SettingsPanelDependencies extends Omit<SessionDependencies, 'translate'> {
  /** The folder in which the extension is installed. */
  extensionUri: vscode.Uri;
}

/** The editor keeps a panel under this name when the window is loaded anew; the manifest names it as an activation event. */
const viewType = 'litellm-gateway.settings';

/** The one settings panel of a window. */
export class SettingsPanel {
  static #open: SettingsPanel | undefined;

  readonly #panel: vscode.WebviewPanel;

  /** Shows the panel: the one that is open, else a new one. */
  static open(dependencies: SettingsPanelDependencies): void {
    if (SettingsPanel.#open) {
      SettingsPanel.#open.#panel.reveal();
      return;
    }
    const title = vscode.l10n.t('LiteLLM Gateway');
    // The page stays alive while it is hidden. It hands its URL and model id to the editor to keep, but never a typed key:
    // that one lives in its field alone.
    const options = { retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, options);
    SettingsPanel.#open = new SettingsPanel(panel, dependencies);
  }

  /** Fills a panel that was open when the window was loaded anew. */
  static restoring(dependencies: SettingsPanelDependencies): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel) {
        if (SettingsPanel.#open) panel.dispose();
        else SettingsPanel.#open = new SettingsPanel(panel, dependencies);
      },
    });
  }

  private constructor(panel: vscode.WebviewPanel, dependencies: SettingsPanelDependencies) {
    this.#panel = panel;
    const built = vscode.Uri.joinPath(dependencies.extensionUri, 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [built] };
    const session = new SettingsSession(
      { ...dependencies, translate: vscode.l10n.t },
      (message) => void webview.postMessage(message),
    );
    const messages = webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    panel.onDidDispose(() => {
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
