/** From the editor's wish to use the extension to "activated", and to its list of models. */
import assert from 'node:assert/strict';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { editor, extensionContext, registered } from '../activation/editor.mjs';
import { makeModelReplies } from '../data/modelRows.mjs';
import { once } from '../measurement.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const models = 500;

export const activationWorks = {
  activation: {
    title: `activate the built extension, and list ${models} models`,
    candidates: ['ours'],
    inputs: {
      'activation.model-info.json': () => makeModelReplies('real', models).modelInfo,
      'activation.models.json': () => makeModelReplies('real', models).models,
    },
    measure: async ({ read }) => {
      const replies = {
        '/v1/model/info': read('activation.model-info.json'),
        '/v1/models': read('activation.models.json'),
      };
      globalThis.fetch = async ({ url }) => new Response(replies[new URL(url).pathname]);
      const names = JSON.parse(replies['/v1/models']).data.length;
      const activated = await once(activate, (api) => assert.match(api.version, /^\d/));
      const list = () => registered.provider.provideLanguageModelChatInformation({ silent: true });
      const verify = (information) => assert.equal(information.length, names);
      const first = await once(list, verify);
      const kept = await once(list, verify);
      return { ...activated, listMs: first.wallMs, listCpuMs: first.cpuMs, keptMs: kept.wallMs, keptCpuMs: kept.cpuMs };
    },
  },
};

/** Loads the bundle as an extension host does, which gives it the module `vscode`, and activates it. */
function activate() {
  const load = Module._load;
  Module._load = (name, ...others) => (name === 'vscode' ? editor : load(name, ...others));
  const extension = createRequire(import.meta.url)(`${root}dist/extension.js`);
  return extension.activate(extensionContext(root));
}
