/** Files to import that are broken, or made to harm: each costs little, and ends in a sentence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { parseFile, formatOf, presentImportProblem, shortText } = await load(
  'imports/parseFile',
  'imports/formats',
  'imports/importText',
  'logText',
);

const parse = (name, text) => parseFile(typeof text === 'string' ? new TextEncoder().encode(text) : text, name);

/** What the user reads. */
function refusal(name, text) {
  const parsed = parse(name, text);
  assert.ok('problem' in parsed, `${name} was read`);
  return presentImportProblem(name, parsed.problem);
}

test('a broken file is named with the place that is broken, and never quoted', () => {
  const json = '{\n  "litellmApiKey": "sk-typed-secret",\n  "x" 1\n}';
  assert.equal(
    refusal('settings.json', json),
    'settings.json is not valid JSON: line 3, column 7. Correct that place, and import it again.',
  );
  const yaml = 'model_list:\n  - model_name: "sk-typed-secret\n  - b: [1,\n';
  const sentence = refusal('config.yaml', yaml);
  assert.match(sentence, /^config\.yaml is not valid YAML: line \d+, column \d+\. /);
  assert.doesNotMatch(sentence, /secret/);
});

test('an empty file, one that is no text, and one of nobody', () => {
  assert.equal(refusal('a.json', ' \n'), 'a.json is empty. Choose the file with the settings.');
  assert.match(refusal('a.json', new Uint8Array([0xff, 0xfe, 0x00])), /no text in UTF-8/);
  for (const text of ['[]', '7', 'null', '"text"', '{"a":1}', '{"models":{}}', '{"providerProfiles":[]}']) {
    assert.equal(formatOf(parse('a.json', text).content), undefined, text);
  }
});

test('10 MB are refused unread, and much YAML is refused unparsed', () => {
  assert.equal(
    refusal('big.json', new Uint8Array(10 * 1024 * 1024).fill(0x20)),
    'big.json has 10 MB. Settings of this kind have 8 MB at most: choose the file with the settings.',
  );
  assert.match(refusal('big.yaml', 'a: b\n'.repeat(100_000)), /has 489 KB\. Settings of this kind have 256 KB at most/);
});

test('aliases of aliases and nesting without end', () => {
  const laughs = Array.from({ length: 12 }, (_, index) => {
    const inner = index === 0 ? 'ha' : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array(10).fill(inner).join(', ')}]`;
  });
  const deep = {
    'laughs.yaml': laughs.join('\n'),
    'itself.yaml': 'a: &a [*b]\nb: *a',
    'lists.yaml': '['.repeat(200_000),
    'blocks.yaml': '- '.repeat(100_000),
    'keys.yaml': '? '.repeat(100_000),
    'anchors.yaml': '&a '.repeat(80_000),
    'indented.yaml': Array.from({ length: 700 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    'objects.json': '{"a":'.repeat(40_000),
    'lists.json': '['.repeat(200_000),
  };
  for (const [name, text] of Object.entries(deep)) {
    assert.match(refusal(name, text), /nests or repeats its parts|is not valid/, name);
  }
  assert.match(refusal('whole.json', `${'['.repeat(5000)}${']'.repeat(5000)}`), /nests or repeats its parts/);
});

test('names of prototypes are names, and pollute nothing', () => {
  const text =
    '{"providerProfiles":{"apiConfigs":{"__proto__":{"apiProvider":"litellm","litellmBaseUrl":"http://a"},"constructor":{"apiProvider":"openai","openAiBaseUrl":"http://b","openAiHeaders":{"__proto__":"x","toString":"y"}}},"__proto__":{"polluted":true}}}';
  for (const name of ['a.json', 'a.yaml']) {
    const { content } = parse(name, text);
    const profiles = formatOf(content).read(content, { environment: {} });
    assert.deepEqual(
      profiles.map((profile) => profile.name),
      ['__proto__', 'constructor'],
    );
    const headers = profiles[1].fields.find((field) => field.name === 'headers').value;
    assert.deepEqual(Object.entries(headers), [['toString', 'y']]);
    assert.equal({}.polluted, undefined);
    assert.equal({}.apiProvider, undefined);
  }
  const yaml = parse('a.yaml', '__proto__: {polluted: true}\n<<: {__proto__: {polluted: true}}\nmodel_list: []');
  assert.equal({}.polluted, undefined);
  assert.equal(formatOf(yaml.content).name, 'LiteLLM');
});

test('values of wrong types are left out, never taken for something', () => {
  const wrong = [7, true, [], {}, { toString: 'x' }, 'x'.repeat(9000)];
  for (const value of wrong) {
    const file = JSON.stringify({
      providerProfiles: {
        apiConfigs: {
          a: {
            apiProvider: 'litellm',
            litellmBaseUrl: value,
            litellmApiKey: value,
            litellmModelId: 'm',
            modelTemperature: 0,
          },
        },
      },
    });
    const { content } = parse('a.json', file);
    const [profile] = formatOf(content).read(content, { environment: {} });
    assert.deepEqual(
      profile.fields.map(({ name }) => name),
      ['modelId', 'temperature'],
    );
    assert.deepEqual(
      profile.remarks.map(({ place }) => place),
      ['providerProfiles.apiConfigs.a.litellmBaseUrl', 'providerProfiles.apiConfigs.a.litellmApiKey'],
    );
  }
  const shapes = [
    { providerProfiles: { apiConfigs: { a: null, b: 'x', c: [], d: 7 } } },
    { models: [null, 7, 'x', { provider: 'openai' }, { provider: 'openai', apiBase: 7 }] },
    {
      models: { providers: { litellm: null, x: { api: 'openai-completions', models: 'x' } } },
      agents: { defaults: 7 },
    },
    { agents: { defaults: { model: { primary: {}, fallbacks: 'x' }, models: [] } }, models: { providers: [] } },
    { model_list: [null, 7, { model_name: {} }], general_settings: 'x' },
    { providers: { litellm: { settings: null }, openai: 'x' } },
    { liteLlmBaseUrl: [] },
    {
      format: 'litellm-gateway-profiles',
      profiles: [null, 7, { settings: [] }, { name: {}, settings: { headers: [] } }],
    },
  ];
  for (const shape of shapes) {
    const { content } = parse('a.json', JSON.stringify(shape));
    assert.doesNotThrow(() => formatOf(content).read(content, { environment: {} }), JSON.stringify(shape));
  }
});

test('what is shown of a file is one bounded line without icons', () => {
  assert.equal(shortText('a\n\u202eb  $(trash)'), 'a b $\u200b(trash)');
  assert.equal(shortText('x'.repeat(500)).length, 121);
});
