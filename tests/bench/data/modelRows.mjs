/**
 * Replies of `GET /v1/model/info` of any length, made of the rows that real LiteLLM proxies sent (tests/recordings): each
 * row is a recorded one under a name of its own, with prices and limits of its own.
 */
import { readFileSync } from 'node:fs';
import { Random } from './random.mjs';

const recordings = new URL('../../recordings/model-info/', import.meta.url);

/** The chat models in a recorded reply. */
function recordedRows(name) {
  const recording = readFileSync(new URL(`${name}.model-info.http`, recordings), 'utf8');
  const { data } = JSON.parse(recording.slice(recording.indexOf('\r\n\r\n') + 4));
  return data.filter(
    ({ model_info: { mode }, model_name: id }) => (mode === 'chat' || mode === 'responses') && !id.includes('*'),
  );
}

/** Rows as LiteLLM 1.106 sends them, 7.4 KB each: most of their 171 fields are null. */
function realRows() {
  return ['wildcards', 'team-key', 'every-mode'].flatMap(recordedRows);
}

/** Rows as LiteLLM 1.83 knows them, without fields that say nothing: 1.4 KB each. */
function leanRows() {
  return recordedRows('version-1.83.0').map((row) => JSON.parse(JSON.stringify(row, withoutNulls)));
}

function withoutNulls(_name, value) {
  return value === null ? undefined : value;
}

const families = ['claude-sonnet', 'claude-opus', 'gpt-5', 'gpt-4.1', 'gemini-2.5-pro', 'qwen3-coder', 'mistral-large'];
const places = ['eu', 'us', 'apac', 'global'];

/**
 * A reply of so many rows. One in ten is another deployment of the model before it; of these, one in three is smaller, takes no
 * images and costs more.
 * @param {'real' | 'lean'} kind
 * @returns {{ modelInfo: string, models: string }} the bodies of `/v1/model/info` and of `/v1/models`
 */
export function makeModelReplies(kind, count) {
  const random = new Random(count + kind.length);
  const templates = kind === 'real' ? realRows() : leanRows();
  const rows = [];
  while (rows.length < count) {
    const previous = rows.at(-1);
    const row =
      previous && random.oneIn(10) ? anotherDeployment(random, previous) : newRow(random, templates, rows.length);
    row.model_info.id = random.text(64, '0123456789abcdef');
    rows.push(row);
  }
  const names = [...new Set(rows.map((row) => row.model_name))];
  return {
    modelInfo: JSON.stringify({ data: rows }),
    models: JSON.stringify({
      data: names.map((id) => ({ id, object: 'model', created: 1677610602, owned_by: 'openai' })),
      object: 'list',
    }),
  };
}

function anotherDeployment(random, previous) {
  const row = structuredClone(previous);
  if (random.oneIn(3)) {
    row.model_info.max_output_tokens /= 2;
    row.model_info.supports_vision = false;
    row.model_info.input_cost_per_token *= 2;
  }
  return row;
}

function newRow(random, templates, index) {
  const row = structuredClone(random.pick(templates));
  row.model_name = `team-${random.below(40)}/${random.pick(places)}/${random.pick(families)}-${index}`;
  // In few digits, as providers state their prices: a product would have the noise of binary fractions.
  const input = 1 + random.below(400);
  Object.assign(row.model_info, {
    input_cost_per_token: input / 4e7,
    output_cost_per_token: (input * (3 + random.below(4))) / 4e7,
    max_input_tokens: 1000 * (8 + random.below(1000)),
    max_output_tokens: 1024 * (1 + random.below(64)),
  });
  if (random.oneIn(3)) row.model_info.cache_read_input_token_cost = input / 4e8;
  return row;
}
