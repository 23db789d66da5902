/** What was spent, in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { statusText, tooltipText, budgetText, modelName, isScarce, dollars, costText, vscode } = await load(
  'usageText',
  'money',
);
const { t } = vscode.l10n;

const spent = (fields = {}) => ({
  profile: 'default',
  modelId: 'gpt',
  requests: 1,
  inputTokens: 1000,
  outputTokens: 200,
  cachedTokens: 0,
  cost: 0.12,
  unknownCost: 0,
  estimated: 0,
  ...fields,
});
const figures = (fields = {}) => ({
  spending: { session: [spent()], day: [spent({ cost: 1.4, requests: 9 })] },
  budgets: [],
  profile: 'default',
  account: 'default',
  nameOf: (profile) => `Name of ${profile}`,
  ...fields,
});

test('amounts are as exact as they are useful', () => {
  const texts = [0, 0.00001, 0.0042, 0.12, 0.129, 1234.5, 1e7].map(dollars);
  assert.deepEqual(texts, ['$0.00', '<$0.0001', '$0.0042', '$0.12', '$0.13', '$1,234.50', '$10,000,000.00']);
});

test('unknown is never 0, and free is said', () => {
  assert.equal(costText(t, spent({ cost: 0 })), 'free');
  assert.equal(costText(t, spent({ cost: 0, unknownCost: 1 })), 'cost unknown');
  assert.equal(costText(t, spent({ requests: 2, unknownCost: 1 })), '~$0.12');
  assert.equal(costText(t, spent({ estimated: 1 })), '~$0.12');
  assert.equal(costText(t, spent({ requests: 2, cost: 0, unknownCost: 1 })), 'cost unknown');
});

test('the status bar has session and day, and nothing before anything is known', () => {
  assert.equal(statusText(t, figures({ spending: { session: [], day: [] } })), undefined);
  assert.equal(statusText(t, figures()), '$0.12 · today $1.40');
  assert.equal(statusText(t, figures({ spending: { session: [spent()], day: [spent()] } })), '$0.12');
  assert.equal(statusText(t, figures({ spending: { session: [], day: [spent()] } })), 'today $0.12');
  assert.equal(statusText(t, figures({ expected: 0.04 })), '$0.12 · today $1.40 · now ≈ $0.04');
  assert.equal(statusText(t, figures({ spending: { session: [], day: [] }, expected: 0.04 })), 'now ≈ $0.04');
});

test('what is left of the budget stands there for the profile that was asked last', () => {
  const budget = { profile: 'default', spent: 4, most: 10, resetAt: undefined };
  const other = { ...budget, profile: 'other', most: 1 };
  assert.equal(statusText(t, figures({ budgets: [other, budget] })), '$0.12 · today $1.40 · $6.00 left');
  const scarce = figures({ budgets: [{ ...budget, spent: 9 }] });
  assert.equal(statusText(t, scarce), '$0.12 · today $1.40 · $(warning) $1.00 left');
  assert.ok(isScarce(scarce) && !isScarce(figures({ budgets: [budget] })));
  assert.match(statusText(t, figures({ budgets: [{ ...budget, spent: 12 }] })), /\$\(warning\) budget used up$/);
  assert.equal(statusText(t, figures({ budgets: [{ ...budget, most: undefined }] })), '$0.12 · today $1.40');
  const resetAt = new Date(2026, 11, 1);
  assert.match(
    budgetText(t, { ...budget, resetAt }, () => 'Team'),
    /^Team: \$4\.00 of the \$10\.00 .* \$6\.00 left until .*2026/,
  );
});

test('the tooltip is a table, and names in it are nothing but text', () => {
  const evil = 'a|b\n| [x](command:evil) <img src=x> $(alert) **b** `c` &lt; \u202e';
  const models = [
    spent({ modelId: evil, cachedTokens: 600 }),
    ...Array.from({ length: 9 }, (_, index) => spent({ modelId: `m${index}` })),
  ];
  const text = tooltipText(t, figures({ spending: { session: [spent()], day: models }, next: 0.03 }), 'LINKS');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  assert.equal(rows.length, 2 + 8 + 1);
  for (const row of rows) assert.equal(row.replace(/\\\|/g, '').split('|').length, 7, row);
  assert.match(rows[2], /1K \\\(600\\\)/);
  assert.match(rows.at(-1), /2 more/);
  assert.ok(!/(^|[^\\])\[x\]/.test(text) && !text.includes('<img') && !text.includes('\u202e'));
  assert.ok(!/(^|[^\\])\$\(/.test(text.replaceAll('\\$', '')), text);
  assert.match(text, /The next message of the chat that was answered last costs at least \\\$0\\\.03\\\./);
  assert.ok(text.endsWith('LINKS'));
});

test('with several profiles a model is told with its own', () => {
  const models = [spent(), spent({ profile: 'other' })];
  assert.equal(
    modelName(models[1], models, (id) => `N ${id}`),
    'gpt (N other)',
  );
  assert.equal(
    modelName(models[0], [models[0]], (id) => id),
    'gpt',
  );
});

test('with several keys at one address a model is told with its own', () => {
  const models = [spent({ profile: 'group:h', account: 'group:h#a' }), spent({ profile: 'group:h' })];
  const nameOf = (account, profile) => `${account} of ${profile}`;
  assert.deepEqual(
    models.map((model) => modelName(model, models, nameOf)),
    ['gpt (group:h#a of group:h)', 'gpt (group:h of group:h)'],
  );
  assert.equal(modelName(models[0], [models[0]], nameOf), 'gpt');
});
