/** The one message to whoever has set nothing up: it comes once in a lifetime, and to nobody else. */
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { load } from './source.mjs';

const { welcomeOnce, noWelcome, vscode } = await load('firstRun/welcome');
const unset = { list: async () => [{ id: 'default' }], read: async () => ({ settings: {} }) };
const configured = {
  list: async () => [{ id: 'default' }],
  read: async () => ({ settings: { baseUrl: 'http://127.0.0.1:4000' } }),
};

let globalState;
beforeEach(() => {
  const values = new Map();
  globalState = { get: (key) => values.get(key), update: async (key, value) => values.set(key, value) };
  vscode.shown.length = 0;
});

/** A window of the editor that stays open until the message was due. */
async function window(profiles) {
  mock.timers.enable({ apis: ['setTimeout'] });
  const welcome = welcomeOnce(profiles, globalState, (error) => assert.fail(error));
  mock.timers.tick(60_000);
  mock.timers.reset();
  // What follows the timer takes some turns.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  welcome.dispose();
}

test('whoever has set nothing up is told once', async () => {
  await window(unset);
  assert.equal(vscode.shown.length, 1);
  await window(unset);
  assert.equal(vscode.shown.length, 1);
});

test('whoever has a gateway, or has begun to set one up, is told nothing', async () => {
  await window(configured);
  await noWelcome(globalState);
  await window(unset);
  assert.deepEqual(vscode.shown, []);
});
