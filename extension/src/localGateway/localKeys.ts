/** The keys of the gateway on this machine, in the editor's secret storage: its own and its providers', by their variables. */
import type * as vscode from 'vscode';

const storageKey = 'litellm-gateway.localGateway';

/** Keys by the names of their variables. */
export type KeysByVariable = Readonly<Record<string, string>>;

/** Reads and stores these keys. */
export class LocalKeys {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** The stored keys. */
  async read(): Promise<KeysByVariable> {
    try {
      const stored = JSON.parse((await this.#storage.get(storageKey)) ?? '{}') as Record<string, unknown>;
      const entries = Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return Object.fromEntries(entries);
    } catch {
      return {};
    }
  }

  /** Stores keys beside those that are stored. */
  async store(keys: KeysByVariable): Promise<void> {
    await this.#storage.store(storageKey, JSON.stringify({ ...(await this.read()), ...keys }));
  }
}

/** A new key for a gateway. LiteLLM wants its keys to begin with `sk-`. */
export function newMasterKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `sk-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
