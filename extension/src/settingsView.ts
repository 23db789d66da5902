/** The settings panel as the editor knows it from the start. Its code is loaded when it is opened. */
import * as vscode from 'vscode';
import { loadOnDemand } from './loadOnDemand.ts';
import type { PageView } from './protocol.ts';
import type { SettingsPanelDependencies } from './settingsPanel.ts';

/** The editor keeps a panel under this name when the window is loaded anew; the manifest names it as an activation event. */
export const settingsViewType = 'litellm-gateway.settings';

/** Opens the panel. */
export class SettingsView {
  readonly #dependencies: SettingsPanelDependencies;

  constructor(dependencies: SettingsPanelDependencies) {
    this.#dependencies = dependencies;
  }

  /** Lets the editor fill a panel that was open when the window was loaded anew. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(settingsViewType, {
      deserializeWebviewPanel: async (panel) => {
        const { SettingsPanel } = await loadOnDemand();
        SettingsPanel.restore(panel, this.#dependencies);
      },
    });
  }

  /** Shows the panel. `profile` is the id of the one to show; anything else leaves the choice to the panel. */
  async open(profile: unknown, view: PageView): Promise<void> {
    const { SettingsPanel } = await loadOnDemand();
    SettingsPanel.open(this.#dependencies, { profile: typeof profile === 'string' ? profile : '', view });
  }
}
