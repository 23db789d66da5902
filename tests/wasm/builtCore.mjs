// The public module as `npm run build` wrote it, ready for use.

import { existsSync } from 'node:fs';

const location = new URL('../../dist/core.mjs', import.meta.url);
if (!existsSync(location)) throw new Error('dist/core.mjs is missing: run "npm run build" first.');

const core = await import(location.href);
await core.init();

export default core;
