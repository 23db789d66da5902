/** The item in the status bar, over midnight. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { StatusBar, Ledger, vscode } = await load('statusBar', 'ledger');

const today = (requests) => new RegExp(`^Today\\\\: .* ${requests}$`, 'm');
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what was spent yesterday is not shown as spent today, though nothing is asked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: new Date(2026, 10, 29, 23, 50) });
  vscode.workspace.fs = vscode.filesInMemory().system;
  const log = { failure: (doing, error) => assert.fail(`${doing}: ${error.stack}`) };
  const ledger = new Ledger('/storage', log);
  const quiet = { onDidChange: () => ({ dispose: () => undefined }) };
  const usage = { ...quiet, lastProfile: 'default', expectedCost: undefined, nextCost: async () => undefined };
  const bar = new StatusBar({ ledger, usage, budgets: { ...quiet, list: [] }, log, nameOf: (profile) => profile });
  await settled();
  // Before anything is known there is no item, and no clock that runs for it.
  assert.deepEqual(vscode.statusBarItems, []);
  const answer = { profile: 'default', modelId: 'gpt', inputTokens: 9, outputTokens: 1, totalCost: 0.5 };
  ledger.add(answer);
  await settled();
  t.mock.timers.tick(9 * 60_000);
  await settled();
  const [item] = vscode.statusBarItems;
  assert.equal(item.text, '$(credit-card) $0.50');
  assert.match(item.tooltip.value, today('1 request'));
  t.mock.timers.tick(60_000);
  await settled();
  assert.match(item.tooltip.value, today('0 requests'));
  assert.equal(item.text, '$(credit-card) $0.50');
  // The night after, too.
  ledger.add(answer);
  await settled();
  assert.match(item.tooltip.value, today('1 request'));
  t.mock.timers.tick(24 * 3_600_000);
  await settled();
  assert.match(item.tooltip.value, today('0 requests'));
  bar.dispose();
});
