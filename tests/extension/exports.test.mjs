/** The export of our own profiles: what it holds, what it leaves out, and that it comes back as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { writeOwnProfiles, parseFile, formatOf } = await load(
  'imports/ownProfiles',
  'imports/parseFile',
  'imports/formats',
);

const settings = {
  baseUrl: 'https://gateway.example.com/team?region=eu&api_key=sk-secret-of-the-test',
  modelId: 'claude-sonnet',
  modelInfo: { maxTokens: 32000, inputPrice: 3 },
  headers: { 'x-team': 'blue', Authorization: 'Bearer sk-secret-of-the-test', 'X-Api-Key': 'sk-secret-of-the-test' },
  maxTokens: 8192,
  usePromptCache: false,
  fallbacks: ['gpt-4o', { model: 'x', api_key: 'sk-secret-of-the-test' }],
  metadata: { team: 'blue', session_token: 'sk-secret-of-the-test' },
  extraBody: { max_tokens: 7, nested: { password: 'sk-secret-of-the-test', top_k: 40 } },
};

test('secrets are left out wherever they stand, and the file says where', () => {
  const { text, leftOut } = writeOwnProfiles([
    { name: 'work', settings },
    { name: 'home', settings: { baseUrl: 'http://localhost:4000' } },
  ]);
  assert.doesNotMatch(text, /secret-of/);
  assert.deepEqual(leftOut, [
    'work: baseUrl?api_key',
    'work: headers.Authorization',
    'work: headers.X-Api-Key',
    'work: metadata.session_token',
    'work: fallbacks[1].api_key',
    'work: extraBody.nested.password',
  ]);
  const [work, home] = JSON.parse(text).profiles;
  assert.deepEqual(
    work.leftOut,
    leftOut.map((place) => place.slice('work: '.length)),
  );
  assert.equal(home.leftOut, undefined);
});

test('what was exported is imported as it was, without what was left out', () => {
  const { text } = writeOwnProfiles([{ name: 'work', settings }]);
  const { content } = parseFile(new TextEncoder().encode(text), 'x.json');
  const format = formatOf(content);
  assert.equal(format.name, 'LiteLLM Gateway');
  const [profile] = format.read(content, { environment: {} });
  assert.equal(profile.name, 'work');
  assert.deepEqual(Object.fromEntries(profile.fields.map(({ name, value }) => [name, value])), {
    ...settings,
    baseUrl: 'https://gateway.example.com/team?region=eu',
    headers: { 'x-team': 'blue' },
    fallbacks: ['gpt-4o', { model: 'x' }],
    metadata: { team: 'blue' },
    extraBody: { max_tokens: 7, nested: { top_k: 40 } },
  });
  assert.deepEqual(profile.remarks.length, 6);
});
