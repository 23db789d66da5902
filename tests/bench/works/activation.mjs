/** From the editor's wish to use the extension to "activated", and to its list of models. */
import assert from 'node:assert/strict';
import { activate, fetchFrom, keepList, list } from '../activation/builtExtension.mjs';
import { makeModelReplies } from '../data/modelRows.mjs';
import { once } from '../measurement.mjs';

const models = 500;
const inputs = {
  'activation.model-info.json': () => makeModelReplies('real', models).modelInfo,
  'activation.models.json': () => makeModelReplies('real', models).models,
};

export const activationWorks = {
  activation: {
    title: `activate the built extension, and list ${models} models`,
    isOneRun: true,
    candidates: ['ours'],
    inputs,
    measure: async ({ read }) => {
      const names = fetchFrom(read);
      const activated = await once(
        () => activate(),
        (api) => assert.match(api.version, /^\d/),
      );
      const verify = (information) => assert.equal(information.length, names);
      const first = await once(list, verify);
      const kept = await once(list, verify);
      return { ...activated, listMs: first.wallMs, listCpuMs: first.cpuMs, keptMs: kept.wallMs, keptCpuMs: kept.cpuMs };
    },
  },
  'kept-list': {
    title: `the first list of a new process: ${models} models from the file of an earlier one, while the gateway hangs`,
    isOneRun: true,
    candidates: ['ours'],
    inputs,
    measure: async ({ read, folder }) => {
      const names = fetchFrom(read);
      const { storage, secrets } = keepList(folder, read);
      let requests = 0;
      globalThis.fetch = () => {
        requests += 1;
        return new Promise(() => {});
      };
      await activate(storage, secrets);
      assert.equal(requests, 0, 'nothing is asked by the activation');
      return once(list, (information) => assert.equal(information.length, names));
    },
  },
};
