/**
 * The lists of models as they came last, kept for the next window: whoever opens the editor offline, or before a slow gateway
 * answers, finds his models. A list is kept with a signature over it and over what it was asked with, made with a secret of this
 * machine's. So a list for another key or address, one that was cut while it was written, and one that somebody else wrote are
 * none, and the file tells nothing of the key.
 */
import * as vscode from 'vscode';

/** A list that was kept. */
export interface KeptList {
  /** As the core's `keptModels` gave it. */
  readonly models: Uint8Array;
  /** When it came, in milliseconds of the epoch. */
  readonly at: number;
}

/** Where the secret of the signatures lies in the storage of secrets. */
const secretName = 'litellm-gateway.keptModels';

/** What the signature and the time take at the beginning of a file. */
const signatureLength = 32;
const headLength = signatureLength + 8;

/** So long a file may be, in bytes: 5,000 models take about 5 MB. */
const mostBytes = 16 * 1024 * 1024;

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;

/** Reads and writes the lists, a file for each profile or group. Whatever goes wrong is as if no list had been kept. */
export class KeptModels {
  readonly #folder: vscode.Uri;
  readonly #secrets: vscode.SecretStorage;
  #key: Promise<CryptoKey | undefined> | undefined;

  /** `storage` is the extension's folder for all windows of this machine; it need not be there. */
  constructor(storage: vscode.Uri, secrets: vscode.SecretStorage) {
    this.#folder = vscode.Uri.joinPath(storage, 'models');
    this.#secrets = secrets;
  }

  /**
   * The list of a profile or group that was asked with `askedWith`; a list that was asked with something else, or is not whole,
   * is removed.
   */
  async read(id: string, askedWith: string): Promise<KeptList | undefined> {
    const file = this.#file(id);
    try {
      const { size } = await vscode.workspace.fs.stat(file);
      if (size <= mostBytes) {
        const [bytes, key] = await Promise.all([vscode.workspace.fs.readFile(file), this.#signingKey()]);
        const head = new Uint8Array(bytes.slice(0, headLength));
        const models = bytes.subarray(headLength);
        if (head.length === headLength && key) {
          const at = new DataView(head.buffer).getFloat64(signatureLength);
          const signed = signedBytes(id, askedWith, { models, at });
          const isOurs = await crypto.subtle.verify(algorithm, key, head.subarray(0, signatureLength), signed);
          if (isOurs) return { models, at };
        }
      }
    } catch {
      return undefined;
    }
    await this.forget(id);
    return undefined;
  }

  /** Keeps the list of a profile or group. An editor's page without TLS has no cryptography to offer: nothing is kept there. */
  async write(id: string, askedWith: string, { models, at }: KeptList): Promise<void> {
    if (models.length > mostBytes - headLength || globalThis.crypto?.subtle === undefined) return this.forget(id);
    const key = (await this.#signingKey()) ?? (await this.#newKey());
    const signature = await crypto.subtle.sign(algorithm, key, signedBytes(id, askedWith, { models, at }));
    const file = new Uint8Array(headLength + models.length);
    file.set(new Uint8Array(signature));
    new DataView(file.buffer).setFloat64(signatureLength, at);
    file.set(models, headLength);
    await vscode.workspace.fs.createDirectory(this.#folder);
    await vscode.workspace.fs.writeFile(this.#file(id), file);
  }

  /** Removes the list of a profile or group, if there is one. */
  async forget(id: string): Promise<void> {
    try {
      await vscode.workspace.fs.delete(this.#file(id));
    } catch {
      // There is none.
    }
  }

  /** A file for each id; ids are short, but for those of groups at long addresses, which end with what tells them apart. */
  #file(id: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${id.replace(/[^a-z0-9-]/g, '_').slice(-100)}.list`);
  }

  #signingKey(): Promise<CryptoKey | undefined> {
    const read = async () => {
      const secret = await this.#secrets.get(secretName);
      return secret === undefined || globalThis.crypto?.subtle === undefined ? undefined : importKey(secret);
    };
    this.#key ??= read().then(
      (key) => {
        // Another window may make one.
        if (key === undefined) this.#key = undefined;
        return key;
      },
      () => {
        this.#key = undefined;
        return undefined;
      },
    );
    return this.#key;
  }

  async #newKey(): Promise<CryptoKey> {
    const secret = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
    await this.#secrets.store(secretName, secret);
    this.#key = importKey(secret);
    return importKey(secret);
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign', 'verify']);
}

/** What is signed: the list, when it came, whose it is, and what it was asked with. */
function signedBytes(id: string, askedWith: string, { models, at }: KeptList): Uint8Array<ArrayBuffer> {
  const words = new TextEncoder().encode(`${JSON.stringify([1, id, askedWith, at])}\n`);
  const signed = new Uint8Array(words.length + models.length);
  signed.set(words);
  signed.set(models, words.length);
  return signed;
}
