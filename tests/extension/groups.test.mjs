/** The groups that the editor keeps: whose key is whose, what they are called, and when one is gone. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { load } from './source.mjs';

const { Groups, Log, Notifications } = await load('groups', 'log', 'notifications');

let groups;
let removed;

before(() => core.init());

beforeEach(() => {
  groups = new Groups({ load: async () => core }, new Log(), new Notifications());
  removed = [];
  groups.onDidRemove(({ account }) => removed.push(account));
});

const group = (apiKey, baseUrl = 'https://gw.example') => ({ baseUrl, apiKey });

/** The editor names all of its groups. */
async function name(...all) {
  groups.beginRound();
  return Promise.all(all.map((configuration) => groups.gateway(configuration)));
}

test('groups at one address have the ids of one, and a name and an account each', async () => {
  const [one, two, other] = await name(group('sk-1'), group('sk-2'), group('sk-1', 'https://other.example'));
  assert.equal(one.id, two.id);
  assert.deepEqual([one.account, two.account, other.account], [one.id, `${one.id}#2`, other.id]);
  assert.deepEqual(
    [one, two, other].map(({ account }) => groups.name(account)),
    ['gw.example (1)', 'gw.example (2)', 'other.example'],
  );
  assert.equal(groups.name('default'), undefined);
});

test('a group with another key is another one, and the old one is gone with the next round', async () => {
  const [one] = await name(group('sk-1'));
  const [two] = await name(group('sk-2'));
  assert.notEqual(one.account, two.account);
  assert.deepEqual(removed, []);
  assert.deepEqual(await name(group('sk-2')), [two]);
  assert.deepEqual(removed, [one.account]);
  assert.equal(groups.name(two.account), 'gw.example');
  assert.deepEqual(
    (await name(group('sk-2'), group('sk-3'))).map(({ account }) => account),
    [`${one.id}#2`, one.id],
  );
});
