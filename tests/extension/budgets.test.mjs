/** The budgets of keys, before gateways that tell them, tell nothing, and tell anything. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { Budgets } = await load('budgets');

let now;
let shown;
let stored;
let asked;
const failures = [];
const minutes = (count) => count * 60_000;
const log = { failure: (doing, error) => failures.push(`${doing}: ${error.message}`) };

beforeEach(() => {
  now = Date.parse('2026-11-29T12:00:00Z');
  shown = [];
  stored = new Map();
  asked = 0;
  failures.length = 0;
});

function budgets() {
  const storage = {
    get: (key, none) => stored.get(key) ?? none,
    update: async (key, value) => void stored.set(key, value),
  };
  const notifications = {
    show: async (severity, sentence, actions) => void shown.push({ severity, sentence, actions }),
  };
  return new Budgets(
    storage,
    notifications,
    log,
    (profile) => `<${profile}>`,
    () => now,
  );
}

/** A gateway that gives these answers to the question for the budget, one after another; the last one for good. */
function gateway(...answers) {
  return {
    id: 'default',
    keyInfo: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const sentences = () => shown.map(({ sentence }) => sentence);

test('a gateway is asked after the first answer, and not again for some minutes', async () => {
  const kept = budgets();
  const source = gateway({ spend: 2, maxBudget: 10, budgetResetAt: '2026-12-01T00:00:00+00:00' });
  assert.deepEqual(kept.list, []);
  await kept.answered(source, 0.5);
  assert.deepEqual(kept.list, [{ profile: 'default', spent: 2, most: 10, resetAt: new Date('2026-12-01T00:00:00Z') }]);
  await kept.answered(source, 0.25);
  assert.equal(asked, 1);
  assert.equal(kept.of('default').spent, 2.25, 'what was spent since is added');
  now += minutes(4);
  await kept.answered(source, 0);
  assert.equal(asked, 1, 'what cost nothing changed nothing');
  await kept.answered(source, undefined);
  assert.equal(asked, 2, 'an unknown cost may be one');
});

test('what the gateway has not booked yet is not taken back', async () => {
  const kept = budgets();
  const source = gateway({ spend: 2, maxBudget: 10 }, { spend: 2, maxBudget: 10 }, { spend: 1, maxBudget: 10 });
  await kept.refresh(source);
  await kept.answered(source, 0.5);
  await kept.refresh(source);
  assert.equal(kept.of('default').spent, 2.5);
  now += minutes(2);
  await kept.refresh(source);
  assert.equal(kept.of('default').spent, 1, 'after a while the gateway is believed, also when it was set back');
});

test('headers tell it, too', () => {
  const kept = budgets();
  const source = gateway();
  kept.replied(source, { keySpend: 1 });
  assert.deepEqual(kept.list, [], 'a key without a budget');
  kept.replied(source, { keySpend: 1, keyMaxBudget: 4 });
  assert.deepEqual(kept.of('default'), { profile: 'default', spent: 1, most: 4, resetAt: undefined });
});

test('a gateway that does not tell, and one that can not now', async () => {
  const kept = budgets();
  await kept.answered(gateway(undefined), 1);
  assert.deepEqual(kept.list, []);
  asked = 0;
  await kept.refresh(gateway(new Error('down')));
  assert.deepEqual(failures, ['Asking for the budget of the key: down']);
});

test('a warning at 80 and at 95 percent, once each in a period', async () => {
  const source = gateway();
  const tell = (kept, spend, more = {}) => {
    asked = 0;
    return kept.refresh({ ...source, keyInfo: async () => ({ spend, maxBudget: 10, ...more }) });
  };
  const period = { budgetResetAt: '2026-12-01T00:00:00Z' };
  let kept = budgets();
  await tell(kept, 7.9, period);
  assert.deepEqual(shown, []);
  await tell(kept, 8, period);
  await tell(kept, 8.5, period);
  assert.equal(shown.length, 1);
  assert.match(
    sentences()[0],
    /^<default>: 80 % of the budget of this API key is spent, \$8\.00 of \$10\.00\. It begins anew on /,
  );
  assert.deepEqual(shown[0].actions, ['showUsage', 'openSettings']);
  // Another window, or this one loaded anew.
  kept = budgets();
  await tell(kept, 9, period);
  assert.equal(shown.length, 1);
  await tell(kept, 9.7, period);
  await tell(kept, 9.8, period);
  assert.equal(shown.length, 2);
  assert.match(sentences()[1], /97 %/);
  await tell(kept, 12, period);
  assert.equal(shown.length, 2, 'a budget that is used up is told by the error of a request');
  await tell(kept, 8.1, { budgetResetAt: '2027-01-01T00:00:00Z' });
  assert.equal(shown.length, 3, 'the next period');
});

test('costs that are added here are warned of as well', async () => {
  const kept = budgets();
  const source = gateway({ spend: 7, maxBudget: 10 });
  await kept.answered(source, 0);
  await kept.answered(source, 1.5);
  assert.match(sentences().join(), /85 % .* \$8\.50 of \$10\.00\.$/);
});

test('whatever a gateway says, it is a figure or nothing', async () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, '5', null, {}, [], true];
  for (const value of values) {
    const kept = budgets();
    kept.replied(gateway(), { keySpend: value, keyMaxBudget: 1 });
    await kept.answered(gateway({ spend: value, maxBudget: 1 }), value);
    assert.deepEqual(kept.list, [], String(value));
    asked = 0;
    await kept.refresh(gateway({ spend: 5, maxBudget: value, budgetResetAt: 'soon' }));
    assert.deepEqual(kept.of('default'), { profile: 'default', spent: 5, most: undefined, resetAt: undefined });
    asked = 0;
  }
  const kept = budgets();
  await kept.refresh(gateway({ spend: 5, maxBudget: 0 }));
  assert.deepEqual(shown, []);
});

test('groups of one id have budgets of their own, each with its warnings, and one that is gone is forgotten alone', async () => {
  const kept = budgets();
  const key = (account, spend) => ({ id: 'group:h', account, keyInfo: async () => ({ spend, maxBudget: 10 }) });
  const [one, two] = [key('group:h', 1), key('group:h#2', 9)];
  await kept.answered(one, 0.5);
  await kept.answered(two, 0.25);
  assert.deepEqual(
    kept.list.map(({ profile, spent }) => [profile, spent]),
    [
      ['group:h', 1],
      ['group:h#2', 9],
    ],
  );
  assert.match(sentences().join(), /^<group:h#2>: 90 %/);
  await kept.answered(one, 0.5);
  assert.equal(kept.of('group:h').spent, 1.5, 'what the other one cost is not added');
  let tell;
  const asking = kept.refresh({ ...two, keyInfo: () => new Promise((resolve) => (tell = resolve)) });
  kept.forgetKey(two);
  tell({ spend: 9, maxBudget: 10 });
  await asking;
  assert.deepEqual(
    kept.list.map(({ profile }) => profile),
    ['group:h'],
  );
});

test('another profile, another key: nothing of the old one is left, also when it answers late', async () => {
  const kept = budgets();
  let tell;
  const late = { id: 'default', keyInfo: () => new Promise((resolve) => (tell = resolve)) };
  const asking = kept.refresh(late);
  kept.forget();
  tell({ spend: 5, maxBudget: 6 });
  await asking;
  assert.deepEqual(kept.list, []);
});
