/**
 * Panics while promises of the core are awaited. In a thread of its own: what the instance that is given up still waited for
 * fails unobserved.
 */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { core, panic, read } from './trappingCore.mjs';

process.on('unhandledRejection', (reason) => {
  if (!/closure from previous WASM instance/.test(String(reason))) throw reason;
});

const handler = new core.LiteLLMHandler({ baseUrl: workerData, modelId: 'm', maxRetries: 0 });
const other = handler.withModel('n');
const listing = handler.listModels().catch((error) => error);
const asking = read(other.createMessage('', [{ role: 'user', content: 'hi' }]));
parentPort.postMessage('asked');
await once(parentPort, 'message');
panic();
const ofUs = (error) => ({ isOurs: error instanceof core.LiteLLMError, kind: error.kind, message: error.message });
const listed = ofUs(await listing);
const asked = ofUs((await asking).error);
const { models } = await handler.listModels();
const limits = models.map(({ id, maxInputTokens }) => [id, maxInputTokens]);
parentPort.postMessage({ failures: [listed, asked], limits, other: other.getModel().id });
