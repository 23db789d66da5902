/** A real LiteLLM proxy: installed from PyPI into a virtual environment in the cache, started on a loopback port. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './installs.mjs';
import { cached, pins } from './pins.mjs';
import { findPython } from './prerequisites.mjs';
import { freePort, run, startServer, temporaryFolder, untilReady } from './processes.mjs';

/** Installs LiteLLM into the cache. Gives the path of its program. */
export async function ensureGateway(version = pins.litellm) {
  const label = `Installing the gateway (LiteLLM ${version}), some minutes`;
  const folder = await installOnce(cached('litellm', version), label, async (target) => {
    const python = findPython();
    if (!python) throw new Error('LiteLLM needs Python 3.10 to 3.14 with venv, and there is none on the PATH.');
    await run(python, ['-m', 'venv', target]);
    const packages = [`litellm[proxy]==${version}`, `prisma==${pins.prisma}`];
    await run(join(target, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  });
  return join(folder, 'bin', 'litellm');
}

/**
 * Starts LiteLLM.
 * @param {{
 *   config: string | object,
 *   port?: number,
 *   version?: string,
 *   masterKey?: string,
 *   env?: Record<string, string | undefined>,
 *   log?: (text: string) => void,
 * }} options `config`: the path of a configuration file, or its content. `port`: a free one by default. `masterKey`: a
 *   random one by default. `log` gets all the gateway prints.
 * @returns {Promise<{ baseUrl: string, masterKey: string, port: number, stop: () => Promise<void> }>}
 */
export async function startGateway(options) {
  const program = await ensureGateway(options.version);
  const masterKey = options.masterKey ?? `sk-${randomBytes(24).toString('hex')}`;
  const port = options.port ?? (await freePort());
  const temporary = await temporaryFolder('proxy');
  try {
    let config = options.config;
    if (typeof config !== 'string') {
      // Every JSON text is a YAML text too.
      config = join(temporary.path, 'config.yaml');
      await writeFile(config, JSON.stringify(options.config, null, 2));
    }
    const server = startServer(program, ['--config', config, '--host', '127.0.0.1', '--port', String(port)], {
      cwd: temporary.path,
      env: { ...ownEnvironment(), LITELLM_MASTER_KEY: masterKey, ...options.env },
      ...(options.log && { log: options.log }),
    });
    const baseUrl = `http://127.0.0.1:${port}`;
    await untilReady(server, 'The gateway', `${baseUrl}/health/liveliness`, 120_000);
    return {
      baseUrl,
      masterKey,
      port,
      stop: async () => {
        await server.stop();
        await temporary.remove();
      },
    };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/**
 * This process's environment without what would make the gateway a different one: its own variables, a database, a
 * cache. It reads its price list from its package, so that it starts without internet.
 */
function ownEnvironment() {
  const foreign = /^(LITELLM_|DATABASE_|REDIS_|DIRECT_URL$|CONFIG_FILE_PATH$|STORE_MODEL_IN_DB$|PORT$)/;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: 'True',
    PYTHONUNBUFFERED: '1',
  };
}
