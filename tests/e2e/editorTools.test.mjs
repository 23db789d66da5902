// What the editor's agent gets of a gateway beside its models: the MCP servers behind it, and our own tools.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { startMcpServer } from '../gateway/mcpServer.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { reply } from '../gateway/upstreamScenarios.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

/** What the base URL ends with. The editor decodes the address of a server, and "+" and "&" would be other characters. */
const query = '?site=a%2Bb%26c';

describe('tools for the agent', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let upstream;
  let harbour;
  let elsewhere;

  before(async () => {
    harbour = await startMcpServer({
      tide: {
        description: 'The height of the tide at a harbour, in metres.',
        inputSchema: { type: 'object', properties: { harbour: { type: 'string' } }, required: ['harbour'] },
        answer: ({ harbour: name }) => `The tide at ${name} stands at 4.37 metres.`,
      },
    });
    elsewhere = await startScriptedGateway();
    stage = await startStage('tools', {
      query,
      configuration: (standard) => ({
        ...standard,
        mcp_servers: {
          harbour: { url: harbour.url, transport: 'http', description: 'Tides' },
          'two words': { url: harbour.url, transport: 'http' },
        },
      }),
    });
    ({ workbench, upstream } = stage);
  });
  after(async () => {
    await stage?.stop();
    await harbour?.stop();
    await elsewhere?.stop();
  });

  const mcpRequests = () => stage.relay.requests.filter(({ path }) => path.startsWith('/mcp/'));

  scene(
    "lists the gateway's MCP servers, and starts one with the key",
    () => workbench,
    async () => {
      await workbench.chooseModel('tool-call');
      const { page } = workbench;
      await workbench.runCommand('MCP: List Servers');
      const row = (text) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
      await row('two words').waitFor();
      await workbench.picture('servers');
      assert.deepEqual(mcpRequests(), []);
      await row('two words').click();
      await row('Start Server').click();
      await until('the server was asked for its tools', () =>
        mcpRequests().some(({ body }) => body?.method === 'tools/list'),
      );
      for (const { path, headers } of mcpRequests()) {
        assert.equal(path, `/mcp/two%20words${query}`);
        assert.equal(headers['x-litellm-api-key'], `Bearer ${stage.gateway.masterKey}`);
        assert.equal(headers.authorization, undefined);
      }
    },
  );

  scene(
    "lets the agent use a server's tool through the gateway, signed out, and the model gets the result",
    () => workbench,
    async () => {
      upstream.scenarios.set('tool-call', ({ toolNames, toolResults }) => {
        if (toolNames.length === 0) return reply([{ text: 'A title' }]);
        if (toolResults.length > 0) return reply([{ text: `I heard: ${toolResults.at(-1)}` }]);
        const name = toolNames.find((tool) => tool.endsWith('tide'));
        const call = { id: 'call_1', name, arguments: { harbour: 'Brest' } };
        return reply([{ text: 'I ask the harbour. ' }, { toolCall: call }], 'tool_calls');
      });
      await workbench.ask('How high is the tide at Brest?');
      await workbench.page
        .getByRole('button', { name: /^Allow/ })
        .first()
        .click();
      await workbench.replyWith('I heard: The tide at Brest stands at 4.37 metres.');
      await workbench.settled();
      await workbench.picture('tide');
      const [{ name, arguments: given, headers }] = harbour.calls;
      assert.deepEqual([name, given], ['tide', { harbour: 'Brest' }]);
      assert.ok(!JSON.stringify(headers).includes(stage.gateway.masterKey), "the key is the gateway's alone");
    },
  );

  scene(
    'tells the agent of models, prices and what was spent, for "which model should I use for this?"',
    () => workbench,
    async () => {
      const calls = [
        { name: 'litellm_models', arguments: { search: 'balanced', sortBy: 'promptTokens' } },
        { name: 'litellm_request_price', arguments: { models: ['text'], promptTokens: 1_000_000, answerTokens: 0 } },
        { name: 'litellm_spending', arguments: { period: 'session' } },
      ];
      let results;
      upstream.scenarios.set('tool-call', ({ toolNames, toolResults }) => {
        if (toolNames.length === 0) return reply([{ text: 'A title' }]);
        results = toolResults;
        const call = calls[toolResults.length];
        if (call === undefined) return reply([{ text: 'I would take the model "text" for this.' }]);
        assert.ok(toolNames.includes(call.name), call.name);
        return reply([{ toolCall: { id: `call_${call.name}`, ...call } }], 'tool_calls');
      });
      await workbench.newChat();
      await workbench.ask('Which model should I use for this?');
      await workbench.replyWith('I would take the model "text" for this.');
      await workbench.settled();
      await workbench.picture('which-model');
      const [models, price, spending] = results;
      assert.match(models, /^1 of \d+ models match, sorted by promptTokens/);
      assert.match(models, /"balanced" \| 64000 \| 8192 \| \? \| /);
      assert.match(price, /"text" \| 1000000 \| \$3\.00/);
      assert.match(spending, /In this session: \$0\.\d+ in \d+ requests/);
      assert.match(spending, /"tool-call" \| /);
      for (const result of results) assert.ok(!result.includes(stage.gateway.masterKey));
    },
  );

  scene(
    'says in a sentence why a server cannot start',
    () => workbench,
    async () => {
      const { page } = workbench;
      const expired = { message: 'Authentication Error, Expired Key', type: 'expired_key', param: 'None', code: '401' };
      stage.relay.setRules([
        { when: { path: `/v1/mcp/server${query}` }, status: 401, json: { error: expired } },
        { forward: stage.gateway.baseUrl },
      ]);
      await workbench.runCommand('MCP: List Servers');
      const row = (text) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
      await row('harbour').click();
      await row('Restart Server').click();
      const sentence = await workbench.message('The MCP server "harbour" could not start.');
      assert.match(sentence, /expired/i);
      assert.ok(!sentence.includes(stage.gateway.masterKey));
      await workbench.picture('refused');
      stage.relay.setRules([{ forward: stage.gateway.baseUrl }]);
    },
  );

  scene(
    'hands no key to a server whose address leads away from the gateway',
    () => workbench,
    async () => {
      const { page } = workbench;
      const headers = { location: `${elsewhere.baseUrl}/mcp/harbour` };
      const row = (text) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
      const choose = async (action) => {
        await workbench.runCommand('MCP: List Servers');
        await row('two words').click();
        await row(action).click();
      };
      // The end of its session would be led away, too: only what starts is tried.
      await choose('Stop Server');
      await until('the session is over', () =>
        mcpRequests().some(({ method, path }) => method === 'DELETE' && path === `/mcp/two%20words${query}`),
      );
      const when = { path: `/mcp/two%20words${query}` };
      // A proxy may lead away what listens, and nothing else.
      for (const method of ['POST', 'GET']) {
        stage.relay.setRules([{ when: { ...when, method }, status: 308, headers }, { forward: stage.gateway.baseUrl }]);
        await choose('Start Server');
        const sentence = await workbench.message('The MCP server "two words" could not start.');
        assert.ok(sentence.includes(`sends on to ${elsewhere.baseUrl},`), sentence);
        assert.deepEqual(elsewhere.requests, []);
        await workbench.runCommand('Notifications: Clear All Notifications');
      }
      stage.relay.setRules([{ forward: stage.gateway.baseUrl }]);
    },
  );
});
