/** The keys of the gateway on this machine, in the editor's secret storage: its own and its providers', by their variables. */
import type * as vscode from 'vscode';

const storageKey = 'litellm-gateway.localGateway';

/** Keys by the names of their variables. */
export type LocalKeys = Readonly<Record<string, string>>;

/** The stored keys. */
export async function readLocalKeys(secrets: vscode.SecretStorage): Promise<LocalKeys> {
  try {
    const stored = JSON.parse((await secrets.get(storageKey)) ?? '{}') as Record<string, unknown>;
    const entries = Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

/** Stores keys beside those that are stored. */
export async function storeLocalKeys(secrets: vscode.SecretStorage, keys: LocalKeys): Promise<void> {
  await secrets.store(storageKey, JSON.stringify({ ...(await readLocalKeys(secrets)), ...keys }));
}

/** A new key for a gateway. LiteLLM wants its keys to begin with `sk-`. */
export function newMasterKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `sk-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
