/**
 * Lists of models as real gateways sent them (LiteLLM 1.106.2, 1.83.0 and 1.74.15), through the built module: what comes of each
 * is what tests/recordings/model-info/expected.json says.
 *
 * `UPDATE_RECORDINGS=1` writes that file anew; the difference is then to be read against the recordings.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { replay, startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const folder = new URL('../recordings/model-info/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.http'));
const expectedFile = new URL('expected.json', folder);
const isUpdate = process.env.UPDATE_RECORDINGS === '1';
const expected = isUpdate ? {} : JSON.parse(readFileSync(expectedFile, 'utf8'));

const paths = { 'model-info': '/v1/model/info', groups: '/model_group/info', names: '/v1/models' };

/** What the gateway lists that answers like this: one line a model; or how it fails. */
async function outcome(name) {
  const [, list] = /\.([a-z-]+)\.http$/.exec(name) ?? [];
  // A refusal is what every address answers.
  const when = list === undefined ? {} : { path: paths[list] };
  const gateway = await startScriptedGateway([{ ...replay({ wire: readFileSync(new URL(name, folder)) }), when }]);
  try {
    const handler = new core.LiteLLMHandler({ baseUrl: gateway.baseUrl, apiKey: 'sk-test', maxRetries: 0 });
    const { models, attempts, issues } = await handler.listModels();
    return { models: models.map(line), attempts: attempts.map(({ path, status }) => `${path} ${status}`), issues };
  } catch (error) {
    assert.ok(error instanceof core.LiteLLMError, error);
    return { kind: error.kind, status: error.status };
  } finally {
    await gateway.stop();
  }
}

function line(model) {
  const able = Object.entries(model).filter(([field, value]) => field.startsWith('supports') && value === true);
  const prices = ['inputPrice', 'outputPrice', 'cacheReadsPrice', 'cacheWritesPrice'].map(
    (field) => model[field] ?? '?',
  );
  return [
    `${model.id} = ${model.backendModel ?? '?'} (${model.provider ?? '?'}, ${model.family}, ${model.mode ?? 'no mode'})`,
    `${model.deployments} deployments`,
    `${model.maxInputTokens} in, ${model.maxTokens} out`,
    `$ ${prices.join(' ')}`,
    able.map(([field]) => field.slice('supports'.length)).join(' '),
    `assumed: ${model.assumed.join(' ')}`,
  ].join(' | ');
}

test('there are as many recordings as expectations', () => {
  assert.ok(names.length > 15, `${names.length}`);
  if (!isUpdate) assert.deepEqual(names.toSorted(), Object.keys(expected).toSorted());
});

for (const name of names) {
  test(name, async () => {
    const came = JSON.parse(JSON.stringify(await outcome(name)));
    if (isUpdate) expected[name] = came;
    assert.deepEqual(came, expected[name]);
  });
}

after(() => {
  if (isUpdate) writeFileSync(expectedFile, `${JSON.stringify(expected, null, 1)}\n`);
});
