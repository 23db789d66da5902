// What another extension's compiler sees of the package: the types of what `activate()` returns.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { readJson, root } from './repository.mjs';
import { filesIn } from './zipArchive.mjs';

const { name, version } = readJson('package.json');
const good = `
import type { GatewayApi, LiteLLMError, Message, ModelInfo, StreamPart, Usage } from '${name}';

declare const vscode: { extensions: { getExtension<T>(id: string): { activate(): Promise<T> } | undefined } };

export async function useAll(signal: AbortSignal): Promise<string> {
  const api = await vscode.extensions.getExtension<GatewayApi>('litellm-gateway.litellm-gateway')?.activate();
  if (api === undefined) return '';
  const handler = api.buildApiHandler({ apiProvider: 'litellm', litellmBaseUrl: 'http://localhost:4000', openAiKey: 7 });
  const { id, info }: { id: string; info: ModelInfo } = handler.getModel();
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }];
  let text = await handler.completePrompt('hi', { signal });
  let usage: Usage | undefined;
  try {
    for await (const part of handler.createMessage('Be brief.', messages, { signal, maxTokens: 5 })) {
      const any: StreamPart = part;
      if (any.type === 'text') text += any.text;
      if (part.type === 'usage') usage = part;
    }
  } catch (error) {
    const { kind, retryAfterMs } = error as LiteLLMError;
    if (kind === 'rate_limit') text += String(retryAfterMs ?? 0);
  }
  const cost = usage && (await handler.calculateCost(usage));
  const counted: number = (await handler.countTokens('hi')) + (await api.countTokens('hi'));
  const price: number | undefined = info.inputPrice;
  return [id, text, api.version, counted, price, cost?.totalCost, cost?.costSource].join();
}
`;
/** Each line is wrong in one way. */
const bad = `
import type { GatewayApi } from '${name}';
declare const api: GatewayApi;
export const handler = api.buildApiHandler({ apiProvider: 'anthropic' });
export const info: string = handler.getModel().info;
export const tokens: number = api.countTokens('hi');
handler.createMessage('', [{ role: 'robot', content: 'hi' }]);
`;

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'packaged-types-'));
  const installed = join(folder, 'node_modules', name);
  for (const [path, content] of filesIn(readFileSync(join(root, `${name}-${version}.vsix`)))) {
    if (!/^extension\/(?:package\.json|dist\/[\w.]+\.d\.ts)$/.test(path)) continue;
    const file = join(installed, path.slice('extension/'.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content());
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The lines with errors that the compiler finds in an extension with this source. */
function errorsOf(source, resolution) {
  const file = join(folder, 'consumer.ts');
  writeFileSync(file, source);
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--lib', 'ES2023', '--skipLibCheck', 'false'];
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  const compiler = join(root, 'node_modules/.bin/tsc');
  try {
    execFileSync(compiler, [...flags, ...types, ...resolution, file], { cwd: folder, encoding: 'utf8' });
    return [];
  } catch ({ stdout }) {
    return [...stdout.matchAll(/^[^(\n]*\((\d+),\d+\): error/gm)].map(([, line]) => Number(line));
  }
}

const bundled = ['--module', 'ESNext', '--moduleResolution', 'bundler'];

test('an extension that uses all of it compiles, bundled or for Node alone', () => {
  for (const resolution of [bundled, ['--module', 'nodenext']]) assert.deepEqual(errorsOf(good, resolution), []);
});

test('mistakes are found', () => {
  assert.deepEqual(errorsOf(bad, bundled), [4, 5, 6, 7]);
});

test('what the manifest names as types is in the package and needs no other file', () => {
  const files = filesIn(readFileSync(join(root, `${name}-${version}.vsix`)));
  const { types } = JSON.parse(files.get('extension/package.json')().toString());
  const source = files.get(join('extension', types))().toString();
  assert.doesNotMatch(source, /\b(?:from|import|require)\b\s*\(?['"]|<reference/);
});
