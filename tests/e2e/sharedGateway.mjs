// One LiteLLM for all files of a run that want it configured as usual. Its start takes the processor for ten seconds, and with
// that configuration nothing in it outlives a request: it has no database, caches nothing, and locks no deployment out. What
// it knows of its upstream is a port, on which each file's own upstream listens in turn. So only one file may run at a time.

import { startGateway } from '../../extension/development/gateway.mjs';
import { freePort } from '../../extension/development/processes.mjs';
import { gatewayConfiguration } from '../gateway/gatewayConfiguration.mjs';

/** The variable that tells a test file of the gateway: JSON of `{ baseUrl, masterKey, upstreamPort }`. */
export const SHARED_GATEWAY = 'E2E_SHARED_GATEWAY';

/** Starts the gateway. Gives what belongs into the environment of the files, and `stop`. */
export async function shareGateway() {
  const upstreamPort = await freePort();
  const config = gatewayConfiguration({ upstream: `http://127.0.0.1:${upstreamPort}` });
  const { baseUrl, masterKey, stop } = await startGateway({ config });
  return { env: { [SHARED_GATEWAY]: JSON.stringify({ baseUrl, masterKey, upstreamPort }) }, stop };
}

/** The gateway of this run; undefined where a file runs alone. */
export function sharedGateway() {
  const given = process.env[SHARED_GATEWAY];
  return given ? JSON.parse(given) : undefined;
}
