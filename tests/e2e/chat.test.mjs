// The editor's own Chat view, answered by models of a real LiteLLM gateway through this extension.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { reply } from '../gateway/upstreamScenarios.mjs';
import { FILE_CONTENT, scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const STOPPED_WITHIN_MS = 1000;

describe('the chat', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let upstream;

  before(async () => {
    stage = await startStage('chat');
    ({ workbench, upstream } = stage);
  });
  after(() => stage?.stop());

  /** The agent's own requests of a scenario: those with tools. */
  const agentRequests = (scenario) => upstream.requestsOf(scenario).filter(({ body }) => body?.tools?.length > 0);

  scene(
    'offers the models that the chat can use',
    () => workbench,
    async () => {
      await workbench.chooseModel('text');
      for (const name of ['text', 'claude-thinking', 'balanced']) await workbench.offers(name);
      // The agent needs tools, and an embedding model can't chat.
      for (const name of ['embedding', 'without-tools']) await workbench.offersNot(name);
      await workbench.offers('claude-text');
      await workbench.picture('models');
      await workbench.closePicker();
    },
  );

  scene(
    'answers "Say hello" through the gateway',
    () => workbench,
    async () => {
      await workbench.chooseModel('text');
      await workbench.ask('Say hello');
      await workbench.replyWith('Hello from the scripted upstream.');
      await workbench.settled();
      await workbench.picture('hello');
      const [{ body }] = agentRequests('text');
      assert.match(JSON.stringify(body.messages.at(-1)), /Say hello/);
    },
  );

  scene(
    'fills the ring of the context window from the reported usage',
    () => workbench,
    async () => {
      // 1,540 of 128,000 tokens and what the editor keeps free for the answer.
      const usage = await until('the ring is filled', () => workbench.contextUsage());
      assert.ok(usage >= 1 && usage < 20, `${usage} %`);
    },
  );

  scene(
    'shows an answer in pieces, as they come',
    () => workbench,
    async () => {
      await workbench.chooseModel('stepwise');
      await workbench.ask('In two steps, please');
      const half = await workbench.replyWith('The first half.');
      await workbench.picture('first-half');
      assert.doesNotMatch(half, /second half/);
      upstream.release();
      await workbench.replyWith('The first half. The second half.');
      await workbench.settled();
    },
  );

  scene(
    'runs the tool that the model calls and sends its result back',
    () => workbench,
    async () => {
      const file = join(stage.workspace, 'secret.txt');
      upstream.scenarios.set('tool-call', ({ toolNames, toolResults }) => {
        if (toolNames.length === 0) return reply([{ text: 'A title' }]);
        if (toolResults.length > 0)
          return reply([{ text: `The file says that ${toolResults.at(-1).match(/the light.*gulls/)}.` }]);
        const call = { id: 'call_1', name: 'read_file', arguments: { filePath: file, startLine: 1, endLine: 5 } };
        return reply([{ text: 'I read the file. ' }, { toolCall: call }], 'tool_calls');
      });
      await workbench.chooseModel('tool-call');
      await workbench.ask('What is in secret.txt?');
      await workbench.replyWith(`The file says that ${FILE_CONTENT}.`);
      await workbench.settled();
      await workbench.picture('tool');
      const [first, second] = agentRequests('tool-call');
      assert.ok(first.body.tools.some((tool) => tool.function.name === 'read_file'));
      const [call, result] = second.body.messages.slice(-2);
      assert.equal(call.tool_calls[0].function.name, 'read_file');
      assert.equal(result.role, 'tool');
      assert.equal(result.tool_call_id, call.tool_calls[0].id);
      assert.match(JSON.stringify(result.content), new RegExp(FILE_CONTENT));
    },
  );

  scene(
    'shows thinking, and gives it back with its signature in the same turn',
    () => workbench,
    async () => {
      const file = join(stage.workspace, 'secret.txt');
      const thinking = upstream.scenarios.get('thinking');
      upstream.scenarios.set('thinking', (request) => {
        const answer = thinking(request);
        for (const { toolCall } of answer.steps) {
          if (toolCall)
            Object.assign(toolCall, { name: 'read_file', arguments: { filePath: file, startLine: 1, endLine: 5 } });
        }
        return answer;
      });
      await workbench.newChat();
      await workbench.chooseModel('claude-thinking');
      await workbench.ask('Think about secret.txt');
      await workbench.replyWith('Done thinking.');
      await workbench.settled();
      await workbench.unfoldSteps();
      await workbench.replyWith('I need a tool.');
      await workbench.picture('thinking');
      const { messages } = agentRequests('thinking').at(-1).body;
      const returned = messages.flatMap(({ content }) => content).find(({ type }) => type === 'thinking');
      assert.equal(returned?.thinking, 'I need a tool.');
      assert.ok(returned.signature);
    },
  );

  scene(
    'closes the connection to the provider when the user stops the answer',
    () => workbench,
    async () => {
      await workbench.chooseModel('endless');
      await workbench.ask('Never stop');
      await workbench.replyWith('word 5');
      await workbench.stop();
      const pressed = performance.now();
      const [request] = agentRequests('endless');
      const delay = (await request.closed) - pressed;
      await workbench.settled();
      await workbench.picture('stopped');
      assert.equal(request.answered, false);
      assert.ok(delay < STOPPED_WITHIN_MS, `closed after ${Math.round(delay)} ms`);
    },
  );

  scene(
    'says when an answer was cut off at its limit, or by a content filter',
    () => workbench,
    async () => {
      for (const [model, text, words] of [
        ['length', 'This answer is cut', 'reached the limit of its length'],
        ['content-filter', 'I cannot', 'content filter stopped'],
      ]) {
        await workbench.chooseModel(model);
        await workbench.ask(`Please be ${model}`);
        await workbench.replyWith(text);
        await workbench.replyWith(words);
        await workbench.settled();
      }
      await workbench.picture('cut');
    },
  );

  scene(
    'says when a model gives an empty answer, or only thinks',
    () => workbench,
    async () => {
      for (const [model, words] of [
        ['empty', 'The model gave an empty answer. Ask again.'],
        ['only-thinking', 'The model thought, but gave no answer. Ask again.'],
      ]) {
        await workbench.chooseModel(model);
        await workbench.ask(`Please be ${model}`);
        await workbench.replyWith(words);
        await workbench.settled();
      }
      await workbench.picture('empty');
    },
  );

  scene(
    'says when a model refuses',
    () => workbench,
    async () => {
      // LiteLLM streams no refusals of its own providers; others that speak its language do.
      const chunk = (delta, finish = null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
      const sse = [chunk({ refusal: 'I do not ' }), chunk({ refusal: 'pick locks.' }), chunk({}, 'stop'), '[DONE]'];
      const forward = { forward: stage.gateway.baseUrl };
      stage.relay.setRules([{ when: { method: 'POST', path: '/v1/chat/completions' }, sse }, forward]);
      await workbench.chooseModel('text');
      await workbench.ask('How do I pick a lock?');
      await workbench.replyWith('The model refused: I do not pick locks.');
      await workbench.settled();
      await workbench.picture('refusal');
      stage.relay.setRules([forward]);
    },
  );

  scene(
    'says that the model sent an image, which the chat does not show',
    () => workbench,
    async () => {
      await workbench.newChat();
      await workbench.chooseModel('image');
      await workbench.ask('Draw a pixel');
      await workbench.replyWith('Here it is.');
      await workbench.replyWith('The model sent an image (image/png), which this view may not show.');
      await workbench.settled();
      await workbench.picture('image');
      const [request] = agentRequests('image');
      assert.ok(request.answered);
    },
  );

  scene(
    'traces every request with its cached tokens and its cost, without the key and without what was said',
    () => workbench,
    async () => {
      const trace = await workbench.outputText();
      await workbench.picture('trace');
      assert.match(
        trace,
        /text: .*· 1200 tokens in \(1024 from the cache\) · 340 out .*· \$0\.006652 \(by usage\) .*finish stop/,
      );
      assert.match(trace, /endless: .*stopped by the user/);
      assert.match(trace, /length: .*finish length/);
      assert.doesNotMatch(trace, new RegExp(stage.gateway.masterKey));
      assert.doesNotMatch(trace, /Say hello|scripted upstream|lighthouse|pick locks|Draw a pixel/);
    },
  );
});
