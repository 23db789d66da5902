/**
 * The API keys of the profiles: kept in the editor's SecretStorage and nowhere else, each together with the origin that it
 * was entered for. The storage is the user's and follows him into containers and to other machines, whose settings may name
 * another address: a key without its origin would go there.
 */
import type * as vscode from 'vscode';

/** A saved key, and the one origin (scheme, host and port) that it may be sent to. */
export interface SavedKey {
  readonly apiKey: string;
  readonly origin: string;
}

/** Where the key of a profile lies in the storage: under this and the profile's id. */
const storagePrefix = 'litellm-gateway.apiKey.';

function storageKey(profile: string): string {
  return storagePrefix + profile;
}

/** Reads, stores and removes API keys. The storage is shared by all windows and never synchronised. */
export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** The saved key of a profile, or undefined when it has none. */
  async apiKey(profile: string): Promise<SavedKey | undefined> {
    return read(await this.#storage.get(storageKey(profile)));
  }

  /** Saves the key of a profile; undefined removes it. */
  async storeApiKey(profile: string, key: SavedKey | undefined): Promise<void> {
    if (key === undefined) await this.#storage.delete(storageKey(profile));
    else await this.#storage.store(storageKey(profile), JSON.stringify(key));
  }

  /** Calls `listener` when the key of any profile was changed, in this window or another one. */
  onDidChangeApiKey(listener: () => void): vscode.Disposable {
    return this.#storage.onDidChange((event) => {
      if (event.key.startsWith(storagePrefix)) listener();
    });
  }
}

/** What is stored as a key with its origin; anything else is no key, since nobody knows where it may go. */
function read(stored: string | undefined): SavedKey | undefined {
  try {
    const { apiKey, origin } = JSON.parse(stored ?? '{}') as { apiKey?: unknown; origin?: unknown };
    if (typeof apiKey !== 'string' || apiKey === '' || typeof origin !== 'string') return undefined;
    return { apiKey, origin };
  } catch {
    return undefined;
  }
}
