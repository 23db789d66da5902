/** What is written for a gateway on this machine, and what is found to run it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { providers, writeConfiguration, variablesOf, variablesIn, findLaunchers, newMasterKey, parseFile, formatOf } =
  await load(
    'localGateway/providers',
    'localGateway/configuration',
    'localGateway/launchers',
    'localGateway/localKeys',
    'imports/parseFile',
    'imports/formats',
  );

const comments = {
  introduction: ['A gateway:\nwith a line break', 'colons: and "quotes"'],
  keyOf: (variable) => `Its key is in ${variable}.`,
  noKey: 'No key.',
  inContainer: (host) => `In Docker: ${host}.`,
  masterKey: ['Its own key.'],
};

const chosen = providers.map((provider) => ({
  provider,
  ...(provider.asks && { address: provider.asks.address, modelName: 'a: "strange" #name' }),
}));

test('the configuration is YAML that names every model, and no key', () => {
  const text = writeConfiguration(chosen, comments);
  const { content } = parseFile(new TextEncoder().encode(text), 'config.yaml');
  assert.equal(formatOf(content).name, 'LiteLLM');
  assert.equal(content.general_settings.master_key, 'os.environ/LITELLM_MASTER_KEY');
  const byName = new Map(content.model_list.map((model) => [model.litellm_params.model, model]));
  assert.deepEqual(byName.get('openai/gpt-5.4'), {
    model_name: 'gpt-5.4',
    litellm_params: { model: 'openai/gpt-5.4', api_key: 'os.environ/OPENAI_API_KEY' },
  });
  assert.deepEqual(byName.get('azure/a: "strange" #name').litellm_params, {
    model: 'azure/a: "strange" #name',
    api_base: 'https://my-resource.openai.azure.com',
    api_version: '2024-10-21',
    api_key: 'os.environ/AZURE_API_KEY',
  });
  assert.equal(byName.get('ollama_chat/a: "strange" #name').litellm_params.api_key, undefined);
  // Ollama's and the compatible server's address are this machine's, Azure's is not.
  assert.equal(text.split('# In Docker: host.docker.internal.\n      api_base: "http://localhost:').length, 3);
  assert.equal(text.split('# In Docker').length, 3);
  for (const { litellm_params: parameters } of content.model_list) {
    assert.match(parameters.api_key ?? 'os.environ/NONE', /^os\.environ\/[A-Z_]+$/);
  }
});

test('the variables of a configuration are those that it refers to', () => {
  assert.deepEqual(variablesIn(writeConfiguration(chosen, comments)).sort(), variablesOf(chosen).sort());
  assert.deepEqual(variablesIn('a: os.environ/ONE\nb: "os.environ/ONE" # os.environ/TWO'), [
    'ONE',
    'TWO',
    'LITELLM_MASTER_KEY',
  ]);
});

const start = { configuration: '/home/c.yaml', port: 4001, variables: ['A_KEY'], storage: '/storage' };
const machine = (environment, files, isWindows = false) => ({
  environment,
  isWindows,
  hasFile: async (path) => files.includes(path),
});

test('the ways to run LiteLLM are found on the PATH, the quickest first', async () => {
  const files = ['litellm', 'uvx', 'pipx', 'python3', 'docker'].map((name) => `/usr/bin/${name}`);
  const found = await findLaunchers(machine({ PATH: '.:bin:/opt/bin:/usr/bin' }, [...files, './uvx', 'bin/uvx']));
  assert.deepEqual(
    found.map(({ id }) => id),
    ['litellm', 'uvx', 'pipx', 'python', 'docker'],
  );
  const [litellm, uvx, pipx, python, docker] = found.map(({ command }) => command(start));
  const own = ['--config', '/home/c.yaml', '--host', '127.0.0.1', '--port', '4001'];
  assert.deepEqual(litellm, { program: '/usr/bin/litellm', parameters: own });
  assert.deepEqual(uvx, { program: '/usr/bin/uvx', parameters: ['--from', 'litellm[proxy]', 'litellm', ...own] });
  assert.deepEqual(pipx.parameters, ['run', '--spec', 'litellm[proxy]', 'litellm', ...own]);
  assert.equal(python.program, '/bin/sh');
  assert.deepEqual(python.parameters.slice(2), ['/usr/bin/python3', '/storage/venv', ...own]);
  const line = docker.parameters.join(' ');
  assert.match(line, /--publish 127\.0\.0\.1:4001:4000 /);
  assert.match(line, /--env A_KEY /);
  assert.match(line, /--add-host host\.docker\.internal:host-gateway /);
  assert.match(line, /type=bind,source=\/home\/c\.yaml,target=\/app\/config\.yaml,readonly/);
});

test('a virtual environment that is active comes before the PATH, and Windows has its own places', async () => {
  const [first] = await findLaunchers(
    machine({ VIRTUAL_ENV: '/venv', PATH: '/usr/bin' }, ['/venv/bin/litellm', '/usr/bin/litellm']),
  );
  assert.equal(first.command(start).program, '/venv/bin/litellm');
  const found = await findLaunchers(
    machine({ Path: 'C:\\Tools;relative' }, ['C:\\Tools\\uvx.exe', 'C:\\Tools\\python3.exe'], true),
  );
  assert.deepEqual(
    found.map(({ id, command }) => [id, command(start).program]),
    [['uvx', 'C:\\Tools\\uvx.exe']],
  );
  assert.deepEqual(await findLaunchers(machine({}, [])), []);
});

test("a gateway's own key is long, begins as LiteLLM wants it, and is never the same", () => {
  const keys = new Set(Array.from({ length: 20 }, newMasterKey));
  assert.equal(keys.size, 20);
  for (const key of keys) assert.match(key, /^sk-[0-9a-f]{48}$/);
});
