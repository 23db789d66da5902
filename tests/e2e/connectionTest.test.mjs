// The connection test in the real editor, each step failing for a real cause: a closed port, certificates that are no good, the page of a web server, a wrong path, a key that may not use the model, a provider's key that is bad.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { startGateway } from '../../extension/development/gateway.mjs';
import { gatewayConfiguration } from '../gateway/gatewayConfiguration.mjs';
import { createScenarios } from '../gateway/upstreamScenarios.mjs';
import { makeCertificates } from './certificates.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const NGINX = `<!DOCTYPE html>
<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>`;

/** A gateway's own way to know keys: this one may use one model. */
const KEYS = `
from litellm.proxy._types import UserAPIKeyAuth


async def know(request, api_key):
    return UserAPIKeyAuth(api_key=api_key, models=["claude-text"])
`;

describe('the connection test', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let panel;
  const ends = [];

  let certificates;

  before(async () => {
    certificates = makeCertificates();
    ends.push(() => certificates.remove());
    // Node's own list has this authority in it; the system's, which the editor takes otherwise, is not the test's to change.
    const proxy = createServer();
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const proxyAddress = `http://127.0.0.1:${await serve(proxy)}`;
    const own = 'localhost,127.0.0.1,nowhere-proxy.invalid';
    const env = {
      NODE_EXTRA_CA_CERTS: certificates.authority,
      ...{ HTTPS_PROXY: proxyAddress, https_proxy: proxyAddress, NO_PROXY: own, no_proxy: own },
    };
    const settings = { 'http.systemCertificates': false };
    stage = await startStage('connection', { isConnected: false, env, settings });
    ({ workbench } = stage);
    panel = await workbench.openSettings();
    // The chat of a test comes without tools, which the stage answers at once.
    stage.upstream.scenarios.set('bad-provider-key', createScenarios().get('bad-provider-key'));
  });
  after(async () => {
    for (const end of ends) await end();
    await stage?.stop();
  });

  const field = (label) => panel.getByLabel(label, { exact: true }).first();
  const button = (name) => panel.getByRole('button', { name, exact: true });
  const row = (name) => panel.locator('.steps li').filter({ has: panel.getByText(name, { exact: true }) });

  /** Tests the connection to an address and waits for the end. Gives the row that failed as it reads. */
  async function failure({ url, key = '', model = 'text' }) {
    await field('URL').fill(url);
    await field('API key').fill(key);
    await field('Model ID').fill(model);
    await field('Model ID').press('Escape');
    await button('Test Connection').click();
    await panel.getByText('The connection does not work yet.').waitFor();
    const failed = panel.locator('.steps [data-state=failed]');
    assert.equal(await failed.count(), 1, 'one step fails');
    const text = async (part) => (await failed.locator(part).allTextContents()).join(' ');
    return {
      name: await text('.name'),
      text: await text('.text'),
      advice: await text('.advice'),
      asked: await text('.asked'),
    };
  }

  async function serve(server) {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    server.unref();
    return server.address().port;
  }

  /** The address of a server with this certificate, whatever it answers. */
  async function serveSecurely(options) {
    const port = await serve(createSecureServer(options, (_, response) => response.end('"I\'m alive!"')));
    return `https://localhost:${port}`;
  }

  scene(
    'names a closed port',
    () => workbench,
    async () => {
      const server = createServer();
      const port = await serve(server);
      await new Promise((resolve) => server.close(resolve));
      const { name, text, advice, asked } = await failure({ url: `http://127.0.0.1:${port}` });
      assert.equal(name, 'Reachable');
      assert.equal(text, `Nothing listens at http://127.0.0.1:${port}.`);
      assert.equal(advice, 'Start the gateway, or correct the host and the port in the URL.');
      assert.equal(asked, `GET http://127.0.0.1:${port}/health/liveliness → no answer`);
      await workbench.picture('closed-port');
    },
  );

  scene(
    'names a host that nobody knows',
    () => workbench,
    async () => {
      const { name, text } = await failure({ url: 'https://nowhere-proxy.invalid' });
      assert.equal(name, 'Reachable');
      assert.equal(text, 'The host of https://nowhere-proxy.invalid is not known.');
    },
  );

  scene(
    'names a certificate that signed itself, at a step of its own',
    () => workbench,
    async () => {
      const { name, text, advice } = await failure({ url: await serveSecurely(certificates.selfSigned()) });
      assert.equal(name, 'TLS');
      assert.match(text, /^The certificate of https:\/\/localhost:\d+ was signed by itself/);
      assert.match(advice, /^Add the certificate to those that the operating system trusts/);
      await row('Reachable').getByText('OK', { exact: true }).waitFor();
      await workbench.picture('self-signed');
    },
  );

  scene(
    'names a certificate of an authority that nobody trusts',
    () => workbench,
    async () => {
      const { name, text } = await failure({ url: await serveSecurely(certificates.ofAStranger()) });
      assert.equal(name, 'TLS');
      assert.match(text, /^This machine does not trust who signed the certificate of https:\/\/localhost:\d+\.$/);
      await workbench.picture('unknown-issuer');
    },
  );

  scene(
    'names a certificate that has expired',
    () => workbench,
    async () => {
      const { name, text, advice } = await failure({ url: await serveSecurely(certificates.expired()) });
      assert.equal(name, 'TLS');
      assert.match(text, /^The certificate of https:\/\/localhost:\d+ is not valid at this time\.$/);
      assert.match(advice, /^Check the clock of this machine\./);
      await workbench.picture('expired');
    },
  );

  scene(
    'names a certificate that is for another host',
    () => workbench,
    async () => {
      const { name, text, advice } = await failure({ url: await serveSecurely(certificates.ofAnotherHost()) });
      assert.equal(name, 'TLS');
      assert.match(text, /^The certificate that came is not for https:\/\/localhost:\d+, but for another name\.$/);
      assert.match(advice, /^Use the name that the certificate is for/);
      await workbench.picture('another-host');
    },
  );

  scene(
    'trusts an authority that this machine trusts',
    () => workbench,
    async () => {
      // What stands there is no gateway, but the way to it is encrypted.
      await failure({ url: await serveSecurely(certificates.good()) });
      await row('TLS').getByText('The connection is encrypted, and the certificate is trusted.').waitFor();
    },
  );

  scene(
    'names https where none is spoken',
    () => workbench,
    async () => {
      const port = await serve(createServer((_, response) => response.end()));
      const { name, text } = await failure({ url: `https://127.0.0.1:${port}` });
      assert.equal(name, 'TLS');
      assert.equal(text, `What answers at https://127.0.0.1:${port} speaks no TLS.`);
    },
  );

  scene(
    'knows the page of a web server',
    () => workbench,
    async () => {
      const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(NGINX));
      const port = await serve(server);
      const { name, text, asked } = await failure({ url: `http://127.0.0.1:${port}` });
      assert.equal(name, 'Gateway');
      assert.equal(text, `A web page answers at http://127.0.0.1:${port}, not a gateway.`);
      assert.equal(asked, `GET http://127.0.0.1:${port}/v1/models → 200`);
      await workbench.picture('web-page');
    },
  );

  scene(
    'knows a proxy before a gateway that sleeps',
    () => workbench,
    async () => {
      const server = createServer((_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end(NGINX));
      const port = await serve(server);
      const { name, text } = await failure({ url: `http://127.0.0.1:${port}` });
      assert.equal(name, 'Gateway');
      assert.match(text, /^A proxy answers with status 503 in place of the gateway/);
    },
  );

  scene(
    'finds the gateway beside a wrong path',
    () => workbench,
    async () => {
      const { baseUrl, masterKey } = stage.gateway;
      const { name, text, advice } = await failure({ url: `${baseUrl}/wrong/path`, key: masterKey });
      assert.equal(name, 'Gateway');
      assert.equal(text, `There is a gateway at ${baseUrl}, but none under the path of this URL.`);
      assert.equal(advice, `Change the URL to ${baseUrl}.`);
      await workbench.picture('wrong-path');
    },
  );

  scene(
    'names a proxy in between',
    () => workbench,
    async () => {
      const { name, text, advice } = await failure({ url: 'https://litellm-proxy.invalid' });
      assert.equal(name, 'Reachable');
      assert.equal(text, 'A proxy on the way to https://litellm-proxy.invalid refused the connection.');
      assert.match(advice, /^Check the setting "http\.proxy" of the editor/);
      await workbench.picture('proxy');
    },
  );

  scene(
    'names a key that the gateway does not know',
    () => workbench,
    async () => {
      const { name, asked } = await failure({ url: stage.gateway.baseUrl, key: 'sk-short' });
      assert.equal(name, 'Key');
      assert.match(asked, /\/v1\/models → \d{3}$/);
      await workbench.picture('wrong-key');
    },
  );

  scene(
    'names a key that may not use the model',
    () => workbench,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'litellm-gateway-keys-'));
      ends.push(() => rmSync(folder, { recursive: true }));
      const configuration = gatewayConfiguration({ upstream: stage.upstream.baseUrl });
      Object.assign(configuration, {
        general_settings: { custom_auth: 'keys.know', custom_auth_run_common_checks: true },
        litellm_settings: { ...configuration.litellm_settings, enable_post_custom_auth_checks: true },
      });
      writeFileSync(join(folder, 'keys.py'), KEYS);
      writeFileSync(join(folder, 'config.yaml'), JSON.stringify(configuration));
      const gateway = await startGateway({ config: join(folder, 'config.yaml') });
      ends.push(() => gateway.stop());
      const { name, text } = await failure({ url: gateway.baseUrl, key: 'sk-1234' });
      assert.equal(name, 'Chat');
      assert.match(text, /^This API key may not use this model\. /);
      await row('Models')
        .getByText('1 model; text is not one of them. The gateway may know it all the same.')
        .waitFor();
      await workbench.picture('forbidden-model');
    },
  );

  scene(
    "tells the gateway's bad provider key from one's own",
    () => workbench,
    async () => {
      const { baseUrl, masterKey } = stage.gateway;
      const { name, text, asked } = await failure({ url: baseUrl, key: masterKey, model: 'bad-provider-key' });
      assert.equal(name, 'Chat');
      assert.match(text, /The provider refused the gateway's own account/);
      assert.match(asked, /^POST .*\/v1\/chat\/completions → 401$/);
      await row('Key').getByText('OK', { exact: true }).waitFor();
      await workbench.picture('provider-key');
    },
  );

  scene(
    'copies a diagnosis without the key, and says when it is stale',
    () => workbench,
    async () => {
      await button('Copy Diagnosis').click();
      await panel.getByText('Copied. The text holds no key and no header values.').waitFor();
      const copied = await workbench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^Connection test of LiteLLM Gateway \d+\.\d+\.\d+, /);
      assert.match(copied, /API key: set, not told here/);
      assert.match(copied, /Failed - Chat: POST /);
      assert.match(copied, /provider_auth: /);
      assert.ok(!copied.includes(stage.gateway.masterKey));
      await field('Model ID').fill('text');
      await field('Model ID').press('Escape');
      await panel.getByText('Outdated: settings changed since.').waitFor();
      await workbench.picture('stale');
    },
  );

  scene(
    'passes, with the time to the first words and the cost',
    () => workbench,
    async () => {
      await button('Test Connection').click();
      await panel.getByText('The connection works.').waitFor();
      await row('Chat')
        .getByText(/^First words after \d+ ms, cost \$/)
        .waitFor();
      await row('TLS').getByText('The URL begins with http://: nothing is encrypted.').waitFor();
      await workbench.picture('passed');
    },
  );

  scene(
    'asks about what was not saved when the page is closed, and brings it back',
    () => workbench,
    async () => {
      const { page } = workbench;
      await panel.locator('summary', { has: panel.getByText('More', { exact: true }) }).click();
      await panel.locator('summary', { has: panel.getByText('Answers', { exact: true }) }).click();
      await field('Output limit').fill('1234');
      await panel.getByText('Unsaved changes').waitFor();
      await workbench.picture('unsaved');
      await workbench.runCommand('View: Close Editor');
      const question = page.locator('.notification-toast', { hasText: 'were closed before they were saved' });
      await question.getByText('URL, API key, Model ID, Output limit. To be typed again: API key.').waitFor();
      await workbench.picture('question');
      await question.getByRole('button', { name: 'Open Again' }).click();
      panel = workbench.settingsPage;
      await until('the limit is back', async () => (await field('Output limit').inputValue()) === '1234');
      assert.equal(await field('API key').inputValue(), '');
      assert.equal(await field('URL').inputValue(), stage.gateway.baseUrl);
      await workbench.picture('brought-back');
    },
  );
});
