/** From the reply of `GET /v1/model/info` to the list of models. */
import assert from 'node:assert/strict';
import { makeModelReplies } from '../data/modelRows.mjs';
import { repeat } from '../measurement.mjs';
import { listByJsonParse, modelsOf } from '../models/jsonParse.mjs';
import { cutEvery, replyOf } from '../streams/body.mjs';

const counts = [50, 500, 5000];
/** Bytes. In pieces of this size at most, `fetch` gives what comes from a network. */
const pieceOfFetch = 64 * 1024;

/** Programs that list models: `() => Promise<() => Promise<models>>`, loaded by the outer function; each asks `fetch`. */
const listers = {
  /** `listModels` of the built public module. */
  ours: async () => {
    const core = await import('../../../dist/core.mjs');
    await core.init();
    const handler = new core.LiteLLMHandler({ baseUrl: 'http://127.0.0.1:4000', apiKey: 'sk-bench' });
    return async () => (await handler.listModels({ refresh: true })).models;
  },
  'JSON.parse': async () => listByJsonParse,
};

export const modelWorks = Object.fromEntries(
  ['real', 'lean'].flatMap((kind) => counts.map((count) => [`models-${kind}-${count}`, work(kind, count)])),
);

function work(kind, count) {
  const name = `${kind}-${count}`;
  return {
    title: `model info of ${count.toLocaleString('en')} ${kind} rows`,
    candidates: Object.keys(listers),
    inputs: {
      [`${name}.model-info.json`]: () => makeModelReplies(kind, count).modelInfo,
      [`${name}.models.json`]: () => makeModelReplies(kind, count).models,
      [`${name}.expected.json`]: () => JSON.stringify(expectedModels(kind, count)),
    },
    measure: async ({ candidate, effort, read }) => {
      const modelInfo = cutEvery(read(`${name}.model-info.json`), pieceOfFetch);
      const models = cutEvery(read(`${name}.models.json`), pieceOfFetch);
      globalThis.fetch = async (address) => {
        const pieces = address.endsWith('/v1/models') ? models : modelInfo;
        return replyOf(pieces, 'application/json');
      };
      const startMB = process.memoryUsage.rss() / 1e6;
      const list = await listers[candidate]();
      const expected = JSON.parse(read(`${name}.expected.json`));
      const verify = (models) => assert.deepEqual(asJson(models), expected);
      const figures = await repeat(list, verify, effort);
      return { ...figures, grownMB: figures.peakMB - startMB };
    },
  };
}

/** The models that come of the replies, by the plain program. */
function expectedModels(kind, count) {
  const { modelInfo, models } = makeModelReplies(kind, count);
  return modelsOf(JSON.parse(modelInfo).data, JSON.parse(models).data);
}

/** Models without the fields that are undefined. */
function asJson(models) {
  return JSON.parse(JSON.stringify(models));
}
