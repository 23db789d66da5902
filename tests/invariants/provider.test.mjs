// PROVIDER.md names each field of a model that the editor is given, and no other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../extension/source.mjs';
import { root } from './repository.mjs';

const document = readFileSync(join(root, 'PROVIDER.md'), 'utf8');

/** The fields in the first column of a section's table. */
function fieldsOf(title) {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name).sort();
}

test('PROVIDER.md has all fields of a model, stable and half-public', async () => {
  const { modelInformation } = await load('modelInformation');
  const model = {
    id: 'm',
    name: 'm',
    family: 'm',
    mode: 'chat',
    maxTokens: 1,
    contextWindow: 1_000_000,
    maxInputTokens: 1_000_000,
    supportsTools: false,
    reasoningEfforts: ['low'],
    inputPrice: 3,
    outputPrice: 15,
    priceTiers: [{ abovePromptTokens: 200_000, inputPrice: 6 }],
    description: 'm',
    deployments: 1,
    assumed: [],
  };
  const shown = [model, { ...model, assumed: ['maxInputTokens'] }].flatMap((given) =>
    modelInformation([{ profile: { id: 'default', name: 'Default' }, models: [given] }]),
  );
  const choices = shown.flatMap(({ configurationSchema }) => Object.keys(configurationSchema.properties));
  const set = new Set([...shown.flatMap(Object.keys), ...choices]);
  assert.deepEqual([...fieldsOf('A model'), ...fieldsOf('A model, half-public')].sort(), [...set].sort());
});

test('PROVIDER.md has every part of an answer that is reported', () => {
  const reporter = readFileSync(join(root, 'extension/src/replyReporter.ts'), 'utf8');
  for (const [, part] of reporter.matchAll(/new vscode\.(LanguageModel\w+Part)\(/g)) {
    assert.ok(document.includes(`\`${part}\``), part);
  }
});
