/** The steps that let the chat work without GitHub, where an organisation's policy stands in the way: told in every language. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { load, root } from './source.mjs';

const { isSetByPolicy, demandedOrganisations, useWithoutGitHub, vscode } = await load(
  'firstRun/policy',
  'firstRun/withoutGitHub',
);
const chinese = JSON.parse(readFileSync(join(root, 'extension/l10n/bundle.l10n.zh-cn.json'), 'utf8'));
const log = { failure: () => undefined };
const memento = () => {
  const values = new Map();
  return {
    get: (key, otherwise) => values.get(key) ?? otherwise,
    update: async (key, value) => values.set(key, value),
  };
};

let offered;
beforeEach(() => {
  for (const map of [vscode.policies, vscode.userSettings, vscode.workspaceSettings, vscode.defaults]) map.clear();
  vscode.defaults.set('byokUtilityModelDefault', 'copilot');
  vscode.defaults.set('approvedAccountOrganizations', []);
  vscode.defaults.set('disableAIFeatures', false);
  vscode.shown.length = 0;
  vscode.executed.length = 0;
  vscode.accounts.length = 0;
  vscode.l10n.bundle = undefined;
  offered = undefined;
  vscode.questions.pick = async (items) => {
    offered = items;
    return items.filter(({ picked }) => picked);
  };
});

const run = () => useWithoutGitHub({ globalState: memento(), log });

test('a setting is decided by a policy when it holds what nobody set', () => {
  const setting = { section: 'chat', name: 'disableAIFeatures' };
  assert.equal(isSetByPolicy(setting), false);
  vscode.userSettings.set(setting.name, true);
  assert.equal(isSetByPolicy(setting), false);
  vscode.workspaceSettings.set(setting.name, false);
  assert.equal(isSetByPolicy(setting), false);
  vscode.policies.set(setting.name, true);
  assert.equal(isSetByPolicy(setting), true);
  vscode.policies.set('approvedAccountOrganizations', ['contoso']);
  assert.deepEqual(demandedOrganisations(), ['contoso']);
});

for (const [language, bundle] of [
  ['English', undefined],
  ['Chinese', chinese],
]) {
  const words = (text, ...values) => (bundle?.[text] ?? text).replace(/\{(\d)\}/g, (_, index) => values[Number(index)]);

  test(`without a policy every step is taken: ${language}`, async () => {
    vscode.l10n.bundle = bundle;
    await run();
    assert.equal(vscode.userSettings.get('byokUtilityModelDefault'), 'mainAgent');
    assert.ok(vscode.executed.includes('lm.addLanguageModelsProviderGroup'));
    assert.equal(
      offered.some(({ description }) => description.includes(words('forbidden by a policy of your organisation'))),
      false,
    );
  });

  test(`a step that a policy forbids is shown as such, is not taken, and says so when it is wanted: ${language}`, async () => {
    vscode.l10n.bundle = bundle;
    vscode.policies.set('disableAIFeatures', true);
    const title = words("Switch on the editor's AI features");
    vscode.questions.pick = async (items) => items;
    await run();
    assert.deepEqual(vscode.shown, [
      words('"{0}" is forbidden by a policy of your organisation. Ask whoever manages this editor.', title),
    ]);
    vscode.questions.pick = async (items) => {
      offered = items;
      return undefined;
    };
    await run();
    const row = offered.find(({ label }) => label === title);
    assert.equal(row.description, words('forbidden by a policy of your organisation'));
    assert.equal(row.picked, false);
  });

  test(`a policy that asks for an account of an organisation leaves no step to take: ${language}`, async () => {
    vscode.l10n.bundle = bundle;
    vscode.policies.set('approvedAccountOrganizations', ['contoso', '[x](command:y)']);
    await run();
    assert.equal(offered, undefined);
    assert.equal(vscode.shown.length, 1);
    assert.ok(vscode.shown[0].includes('contoso, [x]\u200b(command:y)'), vscode.shown[0]);
    vscode.accounts.push({ label: 'mona' });
    await run();
    assert.ok(offered, 'whoever is signed in gets the steps');
  });
}
