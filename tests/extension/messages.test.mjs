/** What the editor is given to show: nothing that a gateway chose is a link, a button or an icon in it, and all of it is bounded. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load, root } from './source.mjs';

const { showMessage, confirm, withProgress, modelInformation, vscode } = await load('messages', 'modelInformation');

const link = 'See [this](command:workbench.action.quit) \u202enow';
const harmless = 'See [this]\u200b(command:workbench.action.quit) now';

test('a message, a question and what tells of progress have no links, and read as they are written', async () => {
  for (const severity of ['information', 'warning', 'error']) await showMessage(severity, link);
  await confirm(link, 'x', 'Yes');
  await withProgress(link, async (_signal, report) => report(link));
  assert.deepEqual(vscode.shown, Array(6).fill(harmless));
});

test('no message is shown in another way', () => {
  const folder = join(root, 'extension/src');
  const others = readdirSync(folder, { recursive: true }).filter(
    (name) =>
      name.endsWith('.ts') &&
      name !== 'messages.ts' &&
      /window\.(?:show\w*Message|withProgress|setStatusBarMessage)/.test(readFileSync(join(folder, name), 'utf8')),
  );
  assert.deepEqual(others, []);
});

test('the names and descriptions of a hostile gateway are bounded, whole lines of text, and told apart', () => {
  const model = (given) => ({
    family: 'f',
    maxTokens: 1000,
    maxInputTokens: 1000,
    contextWindow: 1000,
    assumed: [],
    description: '',
    ...given,
  });
  const models = [
    model({ id: 'a', name: `$(trash) \u202egnp.exe\n${'x'.repeat(1 << 20)}`, description: 'word '.repeat(1 << 18) }),
    model({ id: 'b', name: '<img src=x onerror=alert(1)>', description: '[a](command:x) <b>\u2066' }),
    model({ id: 'c', name: 'same\u202e' }),
    model({ id: 'd', name: 'same ' }),
  ];
  const [long, markup, one, other] = modelInformation([{ profile: { id: 'default', name: 'Default' }, models }]);
  assert.ok(JSON.stringify(long).length < 5000, String(JSON.stringify(long).length));
  assert.match(long.name, /^\$\u200b\(trash\) {1,2}gnp\.exe x+…$/);
  assert.equal(markup.name, '<img src=x onerror=alert(1)>');
  assert.match(markup.tooltip, /^\\\[a\\\]\(command:x\) \\<b> /);
  assert.deepEqual([one.name, other.name], ['c', 'd']);
});
