/** What was spent, kept by several windows at once. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { Ledger, total, vscode } = await load('ledger');

const failures = [];
const log = { failure: (doing, error) => failures.push(`${doing}: ${error.message}`) };
const answer = (fields = {}) => ({
  profile: 'default',
  modelId: 'gpt',
  inputTokens: 100,
  outputTokens: 20,
  totalCost: 0.5,
  ...fields,
});
const at = (text) => () => new Date(text);
const noon = at('2026-11-29T12:00:00');

let files;
beforeEach(() => {
  files = vscode.filesInMemory();
  vscode.workspace.fs = files.system;
  failures.length = 0;
});

test('answers are added up by model and profile, the dearest first', async () => {
  const ledger = new Ledger('/storage', log, noon);
  assert.deepEqual(ledger.known, { session: [], day: [] });
  ledger.add(answer());
  ledger.add(answer({ cacheReadTokens: 60, totalCost: 0.25 }));
  ledger.add(answer({ profile: 'team', totalCost: 2 }));
  const { session, day } = await ledger.read();
  assert.deepEqual(session, [
    {
      ...{ profile: 'team', modelId: 'gpt', requests: 1, inputTokens: 100, outputTokens: 20, cachedTokens: 0, cost: 2 },
      ...{ unknownCost: 0, estimated: 0 },
    },
    {
      ...{ profile: 'default', modelId: 'gpt', requests: 2, inputTokens: 200, outputTokens: 40, cachedTokens: 60 },
      ...{ cost: 0.75, unknownCost: 0, estimated: 0 },
    },
  ]);
  assert.deepEqual(day, session);
  assert.equal(total(day).cost, 2.75);
});

test('each key of groups at one address has sums of its own, in all windows, and those of before stay', async () => {
  const ofKey = (account, totalCost) => answer({ profile: 'group:h', account, totalCost });
  const before = new Ledger('/storage', log, noon);
  before.add(answer({ profile: 'group:h', totalCost: 8 }));
  const one = new Ledger('/storage', log, noon);
  one.add(ofKey('group:h#a', 4));
  one.add(ofKey('group:h#b', 2));
  one.add(answer({ account: 'default', totalCost: 1 }));
  await Promise.all([before.written(), one.written()]);
  const other = new Ledger('/storage', log, noon);
  other.add(ofKey('group:h#b', 1));
  const { day } = await other.read();
  assert.deepEqual(
    day.map(({ profile, account, cost }) => [profile, account, cost]),
    [
      ['group:h', undefined, 8],
      ['group:h', 'group:h#a', 4],
      ['group:h', 'group:h#b', 3],
      ['default', undefined, 1],
    ],
  );
  const [model] = day;
  assert.ok(!('account' in model));
  assert.deepEqual(failures, []);
});

test('an unknown cost is counted and is not 0; a model that is free costs 0 and is known', async () => {
  const ledger = new Ledger('/storage', log, noon);
  ledger.add(answer({ totalCost: undefined }));
  ledger.add(answer({ modelId: 'free', totalCost: 0 }));
  ledger.add(answer({ isEstimate: true }));
  assert.deepEqual(
    ledger.known.day.map(({ modelId, cost, unknownCost, estimated }) => ({ modelId, cost, unknownCost, estimated })),
    [
      { modelId: 'gpt', cost: 0.5, unknownCost: 1, estimated: 1 },
      { modelId: 'free', cost: 0, unknownCost: 0, estimated: 0 },
    ],
  );
});

test('two windows write files of their own, and each sees the day of both', async () => {
  const one = new Ledger('/storage', log, noon);
  const other = new Ledger('/storage', log, noon);
  one.add(answer());
  other.add(answer({ totalCost: 1 }));
  other.add(answer({ modelId: 'claude', totalCost: 3 }));
  await Promise.all([one.written(), other.written()]);
  let changes = 0;
  one.onDidChange(() => {
    changes += 1;
  });
  const seen = await one.read();
  assert.equal(total(seen.day).cost, 4.5);
  assert.equal(total(seen.session).cost, 0.5);
  assert.equal(total((await other.read()).day).requests, 3);
  assert.ok(changes > 0);
  assert.equal([...files.contents.keys()].filter((name) => name.endsWith('.json')).length, 2);
});

test('a window that is loaded anew keeps the day', async () => {
  const before = new Ledger('/storage', log, noon);
  before.add(answer());
  await before.written();
  const after = new Ledger('/storage', log, noon);
  const { session, day } = await after.read();
  assert.deepEqual(session, []);
  assert.equal(total(day).cost, 0.5);
});

test('what is torn, foreign or hostile is passed over and told once', async () => {
  const good = new Ledger('/storage', log, noon);
  good.add(answer());
  await good.written();
  const [[, content]] = [...files.contents].filter(([name]) => name.endsWith('.json'));
  const text = new TextDecoder().decode(content);
  const put = (name, value) => files.contents.set(`/storage/spending/${name}`, new TextEncoder().encode(value));
  put('2026-11-29.torn.json', text.slice(0, -20));
  put('2026-11-29.null.json', 'null');
  put('2026-11-29.negative.json', text.replace('"cost":0.5', '"cost":-5'));
  put('2026-11-29.text.json', text.replace('"cost":0.5', '"cost":"5"'));
  put('2026-11-29.huge.json', text.replace('"cost":0.5', '"cost":1e300'));
  put(
    '2026-11-29.account.json',
    text.replace('"profile"', '"account":[1],"profile"').replace('"cost":0.5', '"cost":0'),
  );
  put('2026-11-29.large.json', ' '.repeat(2_000_000));
  put('2026-11-29.half.new', text);
  put('notes.txt', text);
  const ledger = new Ledger('/storage', log, noon);
  assert.equal(total((await ledger.read()).day).cost, 0.5);
  await ledger.read();
  assert.equal(failures.length, 5, failures.join('\n'));
});

test('a day that ends begins at nothing, and old days go', async () => {
  let now = '2026-11-29T23:59:59';
  const ledger = new Ledger('/storage', log, () => new Date(now));
  ledger.add(answer());
  await ledger.written();
  now = '2026-11-30T00:00:01';
  assert.deepEqual(ledger.known.day, []);
  assert.equal(total(ledger.known.session).cost, 0.5, 'the session goes on');
  ledger.add(answer({ totalCost: 2 }));
  await ledger.written();
  assert.equal(total((await ledger.read()).day).cost, 2);
  const days = () => [...files.contents.keys()].map((name) => name.split('/').at(-1).slice(0, 10)).sort();
  assert.deepEqual(days(), ['2026-11-29', '2026-11-30']);
  now = '2026-12-01T09:00:00';
  await ledger.read();
  assert.deepEqual(days(), ['2026-11-30']);
});

test('a disk that takes nothing costs no answer', async () => {
  files.system.writeFile = async () => {
    throw new Error('the disk is full');
  };
  const ledger = new Ledger('/storage', log, noon);
  ledger.add(answer());
  ledger.add(answer());
  await ledger.written();
  ledger.add(answer());
  await ledger.written();
  assert.equal(total(ledger.known.day).requests, 3);
  assert.deepEqual(failures, ['Writing down what was spent: the disk is full']);
});

test('nothing of what a gateway sends is no figure', () => {
  const ledger = new Ledger('/storage', log, noon);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, '5', null, {}]) {
    ledger.add(answer({ inputTokens: value, outputTokens: value, cacheReadTokens: value, totalCost: value }));
  }
  const { inputTokens, outputTokens, cachedTokens, cost, unknownCost } = total(ledger.known.day);
  assert.deepEqual([inputTokens, outputTokens, cachedTokens, cost, unknownCost], [0, 0, 0, 0, 7]);
});
