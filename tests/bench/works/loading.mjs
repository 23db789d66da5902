/** What it takes to load a program into a fresh process. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { once } from '../measurement.mjs';

/** Peers as an extension ships them: one minified module each. */
const bundles = {
  openai: "export { default } from 'openai';",
  '@ai-sdk/openai-compatible': "export { createOpenAICompatible as default } from '@ai-sdk/openai-compatible';",
  'eventsource-parser': "export { createParser as default } from 'eventsource-parser';",
};

function bundleFile(name) {
  return `bundle-of-${name.replace(/\W/g, '-')}.mjs`;
}

async function bundle(contents) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // CommonJS modules inside a bundle ask for Node's own modules in this way.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outputFiles[0].contents;
}

export const loadingWorks = {
  'load-core': {
    title: 'load the core: module, WebAssembly, instance',
    isOneRun: true,
    candidates: ['ours', ...Object.keys(bundles), 'openai, fetch loaded'],
    inputs: Object.fromEntries(Object.entries(bundles).map(([name, text]) => [bundleFile(name), () => bundle(text)])),
    // As the first thing of a process; a second time for the peer that needs what an editor's host has loaded already.
    isHostReady: (candidate) => candidate === 'openai, fetch loaded',
    measure: ({ candidate, folder }) => {
      if (candidate === 'ours') return once(loadCore, (version) => assert.match(version, /^\d+\.\d+\.\d+$/));
      const url = pathToFileURL(join(folder, bundleFile(candidate.split(',')[0])));
      return once(
        async () => (await import(url)).default,
        (loaded) => assert.equal(typeof loaded, 'function'),
      );
    },
  },
  'load-tokens': {
    title: 'load the token counter with its vocabulary, beside a loaded core',
    isOneRun: true,
    candidates: ['ours'],
    inputs: {},
    measure: async () => {
      const core = await import('../../../dist/core.mjs');
      return once(
        () => core.initTokens(),
        () => assert.equal(core.countTokens('Hello world'), 2),
      );
    },
  },
};

async function loadCore() {
  const core = await import('../../../dist/core.mjs');
  await core.init();
  return core.version();
}
