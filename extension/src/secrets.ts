/** The API keys of the profiles: kept in the editor's SecretStorage and nowhere else. */
import type * as vscode from 'vscode';

/** Where the key of a profile lies in the storage. */
function storageKey(profile: string): string {
  return `litellm-gateway.apiKey.${profile}`;
}

/** Reads, stores and removes API keys. The storage is the machine's, shared by all windows, and never synchronised. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** The saved key of a profile, or undefined when it has none. */
  async apiKey(profile: string): Promise<string | undefined> {
    return (await this.#storage.get(storageKey(profile))) || undefined;
  }

  /** Saves the key of a profile; an empty one removes it. */
  async storeApiKey(profile: string, apiKey: string): Promise<void> {
    if (apiKey === '') await this.#storage.delete(storageKey(profile));
    else await this.#storage.store(storageKey(profile), apiKey);
  }

  /** Calls `listener` when the key of a profile was changed, in this window or another one. */
  onDidChangeApiKey(profile: string, listener: () => void): vscode.Disposable {
    return this.#storage.onDidChange((event) => {
      if (event.key === storageKey(profile)) listener();
    });
  }
}
