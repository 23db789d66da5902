/**
 * The lists of models as they came last, kept for the next window: whoever opens the editor offline, or before a slow gateway
 * answers, finds his models. A list is kept with a signature over it and over what it was asked with, made with a secret of this
 * machine's. So a list for another key or address, one that was cut while it was written, and one that somebody else wrote are
 * none, and the file tells nothing of the key.
 */
import * as vscode from 'vscode';
import type { ModelInfo } from './core.ts';
import { isGroup } from './modelNames.ts';

/** A list that was kept. */
export interface KeptList {
  readonly models: readonly ModelInfo[];
  /** The same as the core's `keptModels` gave it, for its `restoreModels`. */
  readonly restorable: Uint8Array;
  /** When it came, in milliseconds of the epoch. */
  readonly at: number;
}

/** Where the secret of the signatures lies in the storage of secrets. */
const secretName = 'litellm-gateway.keptModels';

/** What a file begins with: the signature of all behind it, the time, and how long the models are as JSON, which stands before the rest. */
const signatureLength = 32;
const headLength = signatureLength + 8 + 4;

/** So long a file may be, in bytes: 5,000 models take about 10 MB. */
const mostBytes = 16 * 1024 * 1024;

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;

/** Reads and writes the lists, a file for each profile or group. Whatever goes wrong is as if no list had been kept. */
export class KeptModels {
  readonly #folder: vscode.Uri;
  readonly #secrets: vscode.SecretStorage;
  readonly #version: string;
  #key: Promise<CryptoKey | undefined> | undefined;
  #making: Promise<CryptoKey> | undefined;

  /**
   * `storage` is the extension's folder for all windows of this machine; it need not be there. `version` is the extension's: what
   * another one knew of models is none.
   */
  constructor(storage: vscode.Uri, secrets: vscode.SecretStorage, version: string) {
    this.#version = version;
    this.#folder = vscode.Uri.joinPath(storage, 'models');
    this.#secrets = secrets;
  }

  /**
   * The list of a profile or group that was asked with `askedWith`. One that was asked with something else, or is not whole, stays
   * until another one takes its place: it may be that of a window whose environment has another key.
   */
  async read(id: string, askedWith: string): Promise<KeptList | undefined> {
    try {
      const file = await this.#file(id, askedWith);
      const [bytes, key] = await Promise.all([readBounded(file), this.#signingKey()]);
      if (bytes && bytes.length >= headLength && key) {
        const [signature, signed] = [new Uint8Array(bytes.slice(0, signatureLength)), bytes.subarray(signatureLength)];
        if (await crypto.subtle.verify(algorithm, key, signature, this.#signed(id, askedWith, signed))) {
          const { buffer, byteOffset } = bytes;
          const head = new DataView(buffer, byteOffset, headLength);
          const end = headLength + head.getUint32(signatureLength + 8);
          const models: ModelInfo[] = JSON.parse(new TextDecoder().decode(bytes.subarray(headLength, end)));
          return { models, restorable: bytes.subarray(end), at: head.getFloat64(signatureLength) };
        }
      }
    } catch {
      // There is none.
    }
    return undefined;
  }

  /** Keeps the list of a profile or group. An editor's page without TLS has no cryptography to offer: nothing is kept there. */
  async write(id: string, askedWith: string, { models, restorable, at }: KeptList): Promise<void> {
    const json = new TextEncoder().encode(JSON.stringify(models));
    const length = headLength + json.length + restorable.length;
    if (length > mostBytes || globalThis.crypto?.subtle === undefined) return this.forget(id, askedWith);
    const file = new Uint8Array(length);
    const head = new DataView(file.buffer);
    head.setFloat64(signatureLength, at);
    head.setUint32(signatureLength + 8, json.length);
    file.set(json, headLength);
    file.set(restorable, headLength + json.length);
    const key = await this.#anyKey();
    const signed = this.#signed(id, askedWith, file.subarray(signatureLength));
    file.set(new Uint8Array(await crypto.subtle.sign(algorithm, key, signed)));
    await vscode.workspace.fs.createDirectory(this.#folder);
    await vscode.workspace.fs.writeFile(await this.#file(id, askedWith), file);
  }

  /** Removes the list of a profile, or of a group that was asked with `askedWith`, if there is one. */
  async forget(id: string, askedWith = ''): Promise<void> {
    try {
      await vscode.workspace.fs.delete(await this.#file(id, askedWith));
    } catch {
      // There is none.
    }
  }

  /**
   * A file for each profile, and one for all that groups of one id are asked with, since they are at one address with a key each.
   * Ids are short, but for those of groups at long addresses, which end with what tells them apart.
   */
  async #file(id: string, askedWith: string): Promise<vscode.Uri> {
    const words = [id.replace(/[^a-z0-9-]/g, '_').slice(-100)];
    if (isGroup(id)) words.push((await this.#mark(askedWith)) ?? 'none');
    return vscode.Uri.joinPath(this.#folder, `${words.join('.')}.list`);
  }

  /**
   * What tells the groups of one id apart by what they are asked with, in this window and in every other one: without the secret of
   * this machine it tells nothing of a key. Undefined where there is no cryptography, or no place for the secret.
   */
  async markOf(askedWith: string): Promise<string | undefined> {
    try {
      if (globalThis.crypto?.subtle === undefined) return undefined;
      await this.#anyKey();
      return await this.#mark(askedWith);
    } catch {
      return undefined;
    }
  }

  async #mark(askedWith: string): Promise<string | undefined> {
    const key = await this.#signingKey();
    if (key === undefined) return undefined;
    const mark = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(`name of ${askedWith}`));
    return [...new Uint8Array(mark, 0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** What is signed: whose the list is, what it was asked with, and all that stands behind the signature. */
  #signed(id: string, askedWith: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
    const words = new TextEncoder().encode(`${JSON.stringify([2, this.#version, id, askedWith])}\n`);
    const signed = new Uint8Array(words.length + content.length);
    signed.set(words);
    signed.set(content, words.length);
    return signed;
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

  /** The key, which is made where there is none; only once, whoever asks meanwhile. */
  async #anyKey(): Promise<CryptoKey> {
    const known = await this.#signingKey();
    if (known) return known;
    this.#making ??= this.#newKey().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
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

/** The bytes of a file; undefined where it is longer than any of ours. Fails where there is none. */
async function readBounded(file: vscode.Uri): Promise<Uint8Array | undefined> {
  const { size } = await vscode.workspace.fs.stat(file);
  return size > mostBytes ? undefined : vscode.workspace.fs.readFile(file);
}
