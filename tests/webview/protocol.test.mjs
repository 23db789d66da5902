/** What travels between the page and the extension: wrong, unknown, late and missing messages on both sides. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  deferred,
  hostOfSettings,
  scriptedCore,
  scriptedGroups,
  scriptedProfile,
  startBrowser,
  until,
} from './harness.mjs';

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const draft = { baseUrl: '', modelId: '', key: { action: 'keep' }, more: {} };

test('the extension reads messages of the protocol and drops what they do not need', () => {
  const { readPageMessage } = browser.host;
  const request = (name, parameters, id = 1) => ({ type: 'request', id, name, profile: 'default', parameters });
  const unsaved = { baseUrl: 'a', modelId: '', more: { user: 'u' }, changed: ['baseUrl', 'user'] };
  const good = [
    request('start', null),
    request('validate', { baseUrl: 'a', modelId: 'b', key: 'saved', more: { maxTokens: '5', usePromptCache: false } }),
    request('listModels', draft),
    request('testConnection', { ...draft, key: { action: 'set', value: 'x' } }),
    request('save', { ...draft, key: { action: 'remove' } }),
    request('changeProfiles', { action: 'add', name: 'Home' }),
    request('changeProfiles', { action: 'duplicate', name: 'Home' }),
    request('changeProfiles', { action: 'rename', name: '家' }),
    request('changeProfiles', { action: 'remove' }),
    request('changeProfiles', { action: 'restore' }),
    request('manageModels', null),
    request('listTable', { refresh: true, known: 0, drafts: ['', 'm'] }),
    request('describeModel', { id: '__proto__' }),
    request('changePreference', { list: 'hidden', id: '', isIn: true }),
    request('checkOverride', { maxTokens: 'many' }),
    request('saveOverride', { id: 'm', texts: { maxTokens: '5', priceTiers: '[' } }),
    request('save', { ...draft, more: { tags: ['a'], headers: [{ name: 'x', value: 'y' }] } }),
    { type: 'cancel', id: 7 },
    {
      type: 'keep',
      kept: { profile: 'default', unsaved: {}, unfolded: ['more', 'network'], models: {}, view: 'settings' },
    },
    {
      type: 'keep',
      kept: { profile: 'default', unsaved: { home: unsaved }, unfolded: [], models: {}, view: 'models' },
    },
  ];
  for (const message of good) assert.deepEqual(readPageMessage(message), message);
  const withHeaders = { ...unsaved, more: { headers: [] }, changed: ['other', 'headers'] };
  const kept = {
    profile: 'x',
    unsaved: { x: withHeaders },
    unfolded: ['x', 'more'],
    models: { x: { m: { name: 5 } } },
  };
  assert.deepEqual(readPageMessage({ type: 'keep', kept }), {
    type: 'keep',
    kept: {
      profile: 'x',
      unsaved: { x: { ...unsaved, more: {}, changed: ['headers'] } },
      unfolded: ['more'],
      models: { x: {} },
      view: 'settings',
    },
  });
  assert.deepEqual(readPageMessage({ ...request('save', { ...draft, extra: 1 }), more: 2 }), request('save', draft));

  const bad = [
    null,
    undefined,
    5,
    'start',
    [],
    {},
    { type: 'request' },
    request('start', null, 0),
    request('start', null, -1),
    request('start', null, 1.5),
    request('start', null, '1'),
    request('start', null, Number.NaN),
    request('unknown', null),
    request('toString', null),
    request('__proto__', null),
    request('validate', draft),
    request('validate', { baseUrl: 'a', modelId: 'b', key: 'yes' }),
    request('validate', { baseUrl: 'a', modelId: 'b', hasKey: true }),
    request('save', null),
    request('save', { ...draft, baseUrl: 5 }),
    request('save', { ...draft, modelId: ['x'] }),
    request('save', { ...draft, key: 'sk' }),
    request('save', { ...draft, key: { action: 'set' } }),
    request('save', { ...draft, key: { action: 'set', value: 5 } }),
    request('save', { ...draft, key: { action: 'steal' } }),
    { ...request('start', null), profile: undefined },
    { ...request('save', draft), profile: 7 },
    request('changeProfiles', null),
    request('changeProfiles', { action: 'steal', name: 'x' }),
    request('changeProfiles', { action: 'add' }),
    request('changeProfiles', { action: 'rename', name: '  ' }),
    request('changeProfiles', { action: 'add', name: ['x'] }),
    request('save', { ...draft, more: undefined }),
    request('save', { ...draft, more: { maxTokens: 5 } }),
    request('save', { ...draft, more: { tags: 'a' } }),
    request('save', { ...draft, more: { headers: [{ name: 'x' }] } }),
    request('save', { ...draft, more: { usePromptCache: 'yes' } }),
    request('listTable', null),
    request('listTable', { refresh: 'yes', known: 0, drafts: [] }),
    request('listTable', { refresh: true, drafts: [] }),
    request('listTable', { refresh: true, known: 0 }),
    request('listTable', { refresh: true, known: 0, drafts: [5] }),
    request('describeModel', { id: 5 }),
    request('changePreference', { list: 'baseUrl', id: 'm', isIn: true }),
    request('changePreference', { list: 'hidden', id: 'm', isIn: 1 }),
    request('saveOverride', { id: 'm', texts: { maxTokens: 5 } }),
    request('saveOverride', { id: 'm' }),
    request('checkOverride', { maxTokens: 5 }),
    { type: 'cancel' },
    { type: 'keep' },
    { type: 'keep', kept: { profile: 'x', unsaved: { x: {} }, unfolded: [] } },
    { type: 'keep', kept: { profile: 'x', unsaved: null, unfolded: [] } },
    { type: 'saved', id: 1 },
  ];
  for (const message of bad) assert.equal(readPageMessage(message), undefined, JSON.stringify(message));
});

test('figures are short, and unknown stays unknown', () => {
  const { tokenCount, priceLine, price } = browser.host;
  const t = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);
  assert.deepEqual([0, 512, 4096, 8192, 131072, 200000, 999499, 999500, 1048576, 2000000].map(tokenCount), [
    '0',
    '512',
    '4K',
    '8K',
    '131K',
    '200K',
    '999K',
    '1M',
    '1M',
    '2M',
  ]);
  assert.equal(priceLine(t, 3, 15), '$3.00 in · $15.00 out per 1M');
  assert.equal(priceLine(t, 0, 0), 'free');
  assert.equal(priceLine(t, 0.075, undefined), '$0.075 in per 1M');
  assert.equal(priceLine(t, undefined, undefined), '');
  assert.equal(price(0.000123), '$0.000123');
});

test('messages of other shapes change nothing in the page', async () => {
  const panel = await browser.open({ profile: scriptedProfile({ baseUrl: 'https://gateway.example.com' }) });
  await panel.page.getByText('The gateway offers 8 models.').waitFor();
  const before = await panel.page.locator('main').innerHTML();
  const answers = [1, 2, 3, 99].flatMap((id) => [
    { type: 'answer', id, result: null },
    { type: 'answer', id, result: { outcome: 'listed', models: [{ id: 5 }] } },
    { type: 'progress', id, step: { step: 'other', status: 'ok', durationMs: 1, text: '' } },
    { type: 'failure', id, message: 'late' },
  ]);
  const others = [
    null,
    5,
    'text',
    [],
    {},
    { type: 'saved' },
    { type: 'saved', profile: 'default', saved: { baseUrl: 5 } },
    { type: 'saved', saved: { baseUrl: 'http://x', modelId: 'x', hasKey: true } },
    { type: 'profiles', profiles: [{ id: 'x' }] },
    { type: 'profiles', profiles: [{ id: 'x', name: 'x', group: { address: 5 } }] },
    { type: 'show' },
    { type: 'show', profile: 'unknown' },
    { type: 'other', id: 1 },
  ];
  for (const message of [...answers, ...others]) await panel.post(message);
  await panel.url.focus();
  await panel.url.blur();
  assert.equal(await panel.page.locator('main').innerHTML(), before);
  await panel.close();
});

test('an answer of the wrong shape is not an answer: the right one still counts', async () => {
  const gate = deferred();
  const core = scriptedCore({ listModels: () => gate.promise });
  const panel = await browser.open({ core });
  await panel.button('Refresh').click();
  await until(() => panel.sent('listModels').length === 1);
  const [{ id }] = panel.sent('listModels');
  await panel.post({ type: 'answer', id, result: { outcome: 'finished' } });
  await panel.post({ type: 'answer', id, result: { outcome: 'listed', models: 'all' } });
  await panel.post({ type: 'answer', id, result: { outcome: 'listed', models: [{ id: 'x' }] } });
  await panel.page.getByText('Asking the gateway for its models…').waitFor();
  gate.resolve({ models: [] });
  await panel.page.getByText('The gateway shows no models to this key.').waitFor();
  await panel.close();
});

test('an older check of the input never overwrites a newer one', async () => {
  const panel = await browser.open({ raw: true });
  const started = await startRaw(panel);
  const issue = (message) => ({ issues: [{ field: 'baseUrl', severity: 'error', message }], address: '' });
  const first = (await requests(panel, 'validate', 1))[0];
  await panel.url.fill('second');
  await panel.url.blur();
  const second = (await requests(panel, 'validate', 2)).at(-1);
  await panel.post({ type: 'answer', id: second.id, result: issue('newer') });
  await panel.page.getByText('newer').waitFor();
  await panel.post({ type: 'answer', id: first.id, result: issue('older') });
  await panel.post({ type: 'saved', profile: 'default', saved: started.saved });
  assert.equal(await panel.page.getByText('older').count(), 0);
  assert.ok(panel.seen.messages.some((message) => message.type === 'cancel' && message.id === first.id));
  await panel.close();
});

test('a request that the extension could not work on is a sentence beside its button', async () => {
  const panel = await browser.open({ raw: true });
  await startRaw(panel);
  await panel.button('Refresh').click();
  const [{ id }] = await requests(panel, 'listModels', 1);
  await panel.post({ type: 'failure', id, message: 'The extension is being updated. Try again.' });
  await panel.page.getByText('The extension is being updated. Try again.').waitFor();
  await panel.button('Test Connection').click();
  const [test] = await requests(panel, 'testConnection', 1);
  await panel.post({ type: 'failure', id: test.id, message: '' });
  await panel.page.getByText('The editor did not answer. Try again;').waitFor();
  await panel.close();
});

test('a page whose start fails says so', async () => {
  const panel = await browser.open({ raw: true });
  const [{ id }] = await requests(panel, 'start', 1);
  await panel.post({ type: 'failure', id, message: 'The core could not be loaded. Reinstall the extension.' });
  await panel.page.getByRole('alert').getByText('The core could not be loaded. Reinstall the extension.').waitFor();
  await panel.close();
});

test('a session answers each request once, and saves one after the other', async () => {
  const posted = [];
  const profile = scriptedProfile();
  const order = [];
  const gates = [deferred(), deferred()];
  profile.beforeSave = () => {
    order.push('begin');
    return gates[profile.saves.length - 1].promise;
  };
  const session = new browser.host.SettingsSession(
    {
      profiles: profile,
      groups: scriptedGroups(),
      core: { load: async () => scriptedCore() },
      describeError: (error) => error.message,
      translate: (text) => text,
      log: { failure: () => {} },
      onSaved: () => order.push('saved'),
      ...hostOfSettings(),
    },
    (message) => posted.push(message),
  );
  const save = (id, baseUrl) =>
    session.receive({ type: 'request', id, name: 'save', profile: 'default', parameters: { ...draft, baseUrl } });
  save(1, 'https://one.example.com');
  save(1, 'https://again.example.com');
  save(2, 'https://two.example.com');
  await until(() => order.length === 1);
  gates[0].resolve();
  await until(() => order.length === 3);
  assert.deepEqual(order, ['begin', 'saved', 'begin']);
  gates[1].resolve();
  await until(() => posted.filter(({ type }) => type === 'answer').length === 2);
  assert.deepEqual(
    posted.filter(({ type }) => type === 'answer').map(({ id }) => id),
    [1, 2],
  );
  assert.equal(profile.stored.baseUrl, 'https://two.example.com');
  session.dispose();
});

/** Requests of this name, once there are so many. */
async function requests(panel, name, count) {
  await until(() => panel.sent(name).length >= count);
  return panel.sent(name);
}

/** Answers the start of a page without a session, with the texts of a real one. */
async function startRaw(panel) {
  const [{ id }] = await requests(panel, 'start', 1);
  const result = {
    strings: browser.host.pageStrings((text) => text),
    profile: 'default',
    profiles: [{ id: 'default', name: 'Default' }],
    saved: { baseUrl: '', modelId: '', hasKey: false, more: browser.host.moreTexts({}) },
    defaults: { baseUrl: 'http://localhost:4000', modelId: 'default/model', more: browser.host.moreTexts({}) },
    kept: null,
    unfolded: [],
    view: null,
  };
  await panel.post({ type: 'answer', id, result });
  await panel.page.locator('main').waitFor();
  return result;
}
