/**
 * The public module in an instance that can be made to fail. The core does not trap by itself, so what
 * `WebAssembly.Instance` gives is wrapped here.
 */
import { readFile } from 'node:fs/promises';

/** What each instance imports, in the order of their making. */
export const instances = [];
let trapIn;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Real, [module, imports]) {
    instances.push(imports);
    const guard = ([name, value]) => [name, typeof value === 'function' ? trapping(name, value) : value];
    return { exports: Object.fromEntries(Object.entries(new Real(module, imports).exports).map(guard)) };
  },
});

function trapping(name, real) {
  return (...parameters) => {
    if (name !== trapIn) return real(...parameters);
    trapIn = undefined;
    throw new WebAssembly.RuntimeError('unreachable');
  };
}

/** Makes the next call of this export trap. */
export function trapNext(name) {
  trapIn = name;
}

/** What the core's panic hook does. */
export function panic() {
  const functions = Object.values(instances.at(-1)).flatMap((module) => Object.entries(module));
  const [, trapped] = functions.find(([name]) => name.includes('trapped'));
  trapped();
}

export const core = await import(new URL('../../dist/core.mjs', import.meta.url).href);
await core.init(await readFile(new URL('../../dist/core_bg.wasm', import.meta.url)));

/** The text of an answer, and the error that ended it. */
export async function read(stream) {
  const result = { text: '' };
  try {
    for await (const part of stream) if (part.type === 'text') result.text += part.text;
  } catch (error) {
    result.error = error;
  }
  return result;
}
