// The editor's agent, signed out, with models of a real LiteLLM gateway: it edits files, thinks over several rounds of tools, is told
// of calls that it got wrong, and has as many tools as its caller gives.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { PRICES } from '../gateway/gatewayConfiguration.mjs';
import { PIXEL, reply } from '../gateway/upstreamScenarios.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

const LIMITS = { mode: 'chat', max_tokens: 8192, max_output_tokens: 8192, max_input_tokens: 128_000 };

/** Models beside the usual ones: the editor chooses an agent's tools by names. */
const deployments = (upstream) => [
  {
    model_name: 'claude-sonnet-agent',
    litellm_params: {
      model: 'anthropic/claude-sonnet-4-5-20250929',
      api_base: `${upstream}/claude-agent`,
      api_key: 'none',
      ...PRICES,
    },
    model_info: { ...LIMITS, supports_reasoning: true, supports_prompt_caching: true, supports_pdf_input: true },
  },
  {
    model_name: 'gpt-agent',
    litellm_params: { model: 'openai/scripted-gpt', api_base: `${upstream}/gpt-agent/v1`, api_key: 'none', ...PRICES },
    model_info: LIMITS,
  },
];

describe('the agent', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let upstream;
  let ask;

  before(async () => {
    stage = await startStage('agent', {
      neighbour: 'tests/e2e/neighbour',
      configuration: (standard) => {
        const [{ litellm_params: first }] = standard.model_list;
        const { origin } = new URL(first.api_base);
        return { ...standard, model_list: [...standard.model_list, ...deployments(origin)] };
      },
    });
    ({ workbench, upstream } = stage);
    ask = async (parameters) => {
      const port = await until(
        'the other extension listens',
        () => existsSync(stage.portFile) && readFileSync(stage.portFile, 'utf8'),
      );
      const body = JSON.stringify({ use: 'languageModel', ...parameters });
      const { value, error } = await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).json();
      assert.equal(error, undefined);
      return value;
    };
  });
  after(() => stage?.stop());

  /** What a scenario says to the agent; the editor's other requests get a title. */
  const script = (name, answer) =>
    upstream.scenarios.set(name, (request) =>
      request.toolNames.length === 0 ? reply([{ text: 'A title' }]) : answer(request),
    );

  const call = (id, name, input) => ({ toolCall: { id, name, arguments: input } });

  for (const [model, scenario, tool, edit] of [
    [
      'claude-sonnet-agent',
      'claude-agent',
      'replace_string_in_file',
      (file) => ({ filePath: file, oldString: 'old words', newString: 'new words of Claude' }),
    ],
    [
      'gpt-agent',
      'gpt-agent',
      'apply_patch',
      (file) => ({
        explanation: 'New words',
        input: `*** Begin Patch\n*** Update File: ${file}\n@@\n-old words\n+new words of GPT\n*** End Patch`,
      }),
    ],
  ]) {
    scene(
      `edits a file with ${tool} on ${model}`,
      () => workbench,
      async () => {
        const file = join(stage.workspace, `${scenario}.txt`);
        writeFileSync(file, 'first line\nold words\nlast line\n');
        script(scenario, ({ toolNames, toolResults }) => {
          if (toolResults.length === 0) {
            const lines = { filePath: file, startLine: 1, endLine: 3 };
            return reply([{ text: 'I read it. ' }, call('call_read', 'read_file', lines)], 'tool_calls');
          }
          if (toolResults.length === 1) {
            assert.ok(toolNames.includes(tool), `${tool} is not among ${toolNames.join(' ')}`);
            return reply([{ text: 'I edit it. ' }, call('call_edit', tool, edit(file))], 'tool_calls');
          }
          return reply([{ text: 'The words are new.' }]);
        });
        await workbench.newChat();
        await workbench.chooseModel(model);
        await workbench.ask(`Make the words in ${scenario}.txt new`);
        await workbench.replyWith('The words are new.');
        await workbench.settled();
        await until('the file is edited', () => readFileSync(file, 'utf8').includes('new words'));
        const who = model === 'gpt-agent' ? 'GPT' : 'Claude';
        assert.equal(readFileSync(file, 'utf8'), `first line\nnew words of ${who}\nlast line\n`);
        await workbench.picture(`edited-${scenario}`);
      },
    );
  }

  scene(
    'marks a Claude prompt for the cache where the provider looks',
    () => workbench,
    async () => {
      const { body } = upstream.requestsOf('claude-agent').findLast(({ body }) => body?.tools?.length > 0);
      const holdsMark = (block) =>
        'cache_control' in block || (Array.isArray(block.content) && block.content.some(holdsMark));
      assert.equal(body.system.filter(holdsMark).length, 1);
      const places = body.messages.flatMap(({ content }, index) =>
        (Array.isArray(content) ? content : []).filter(holdsMark).map(({ type }) => `${index} ${type}`),
      );
      const end = body.messages.length - 1;
      assert.deepEqual(places, [`${end - 2} tool_result`, `${end} tool_result`]);
    },
  );

  scene(
    'thinks over three rounds of tools, and the provider gets each block back as it was signed',
    () => workbench,
    async () => {
      const file = join(stage.workspace, 'secret.txt');
      const thoughtsOf = (round) => [
        { type: 'thinking', thinking: `Thought ${round}, first.`, signature: `c2lnbmVk${round}A==` },
        { type: 'redacted_thinking', data: `aGlkZGVu${round}A==` },
        { type: 'thinking', thinking: `Thought ${round}, second.`, signature: `c2lnbmVk${round}B==` },
      ];
      const stepsOf = (block) =>
        block.type === 'thinking'
          ? [{ reasoning: block.thinking }, { signature: block.signature }]
          : [{ redacted: block.data }];
      script('claude-agent', ({ toolResults, body }) => {
        const round = toolResults.length;
        // As Anthropic does: a block that is missing, changed or out of place is refused.
        const given = body.messages
          .filter(({ role }) => role === 'assistant')
          .map(({ content }) => content.filter(({ type }) => type.endsWith('thinking')));
        const expected = Array.from({ length: round }, (_, index) => thoughtsOf(index));
        if (
          JSON.stringify(given.map((blocks) => blocks.map(inOrder))) !==
          JSON.stringify(expected.map((blocks) => blocks.map(inOrder)))
        ) {
          return { status: 400, message: `Invalid \`signature\` in \`thinking\` block: ${JSON.stringify(given)}` };
        }
        const steps = thoughtsOf(round).flatMap(stepsOf);
        if (round === 3) return reply([...steps, { text: 'Three rounds of thinking are over.' }]);
        const lines = { filePath: file, startLine: 1, endLine: 1 + round };
        return reply([...steps, call(`toolu_${round}`, 'read_file', lines)], 'tool_calls');
      });
      await workbench.newChat();
      await workbench.chooseModel('claude-sonnet-agent');
      await workbench.ask('Think hard about secret.txt');
      await workbench.replyWith('Three rounds of thinking are over.');
      await workbench.settled();
      await workbench.picture('three-rounds');
    },
  );

  scene(
    'is told of a call with broken arguments and of one that was cut, and goes on in the same answer',
    () => workbench,
    async () => {
      const file = join(stage.workspace, 'secret.txt');
      const whole = { filePath: file, startLine: 1, endLine: 1 };
      const told = [];
      script('gpt-agent', ({ toolResults, body }) => {
        const { content } = body.messages.at(-1);
        const last = typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');
        if (toolResults.length > 0) return reply([{ text: 'Now I have read it.' }]);
        if (!last.includes('was not run')) {
          const broken = { id: 'call_1', name: 'read_file', argumentsText: `{"filePath": "${file}", "startLine": ` };
          return reply([{ text: 'I read the file.' }, { toolCall: broken }], 'tool_calls');
        }
        told.push(last);
        if (told.length === 1) {
          const cut = { id: 'call_2', name: 'read_file', argumentsText: `{"filePath": "${file}"` };
          return reply([{ hold: true }, { toolCall: cut }], 'length');
        }
        return reply([call('call_3', 'read_file', whole)], 'tool_calls');
      });
      await workbench.newChat();
      await workbench.chooseModel('gpt-agent');
      await workbench.ask('What does secret.txt say?');
      // A finished answer folds its steps away, and their words with them.
      await workbench.replyWith('I read the file.');
      upstream.release();
      await workbench.replyWith('Now I have read it.');
      await workbench.settled();
      await workbench.picture('broken-arguments');
      assert.match(told[0], /"read_file" was not run.*no valid JSON: they end too early/s);
      assert.match(told[1], /"read_file" was not run.*length limit.*smaller steps/s);
    },
  );

  scene(
    'gives a model two hundred tools as they are, and the choice of one',
    () => workbench,
    async () => {
      upstream.scenarios.set('gpt-agent', ({ toolNames }) =>
        reply([call('call_1', toolNames[150], { level: 2 }), call('call_2', toolNames[7], { level: 3 })], 'tool_calls'),
      );
      const tools = Array.from({ length: 200 }, (_, index) => ({
        name: `tool_${index}`,
        description: `Does number ${index}, "exactly".`,
        inputSchema: {
          $schema: 'http://json-schema.org/draft-07/schema#',
          type: 'object',
          properties: {
            level: { type: ['integer', 'null'], minimum: -1.5, enum: [1, 2, 3, null] },
            ä: { $ref: '#/$defs/a' },
          },
          $defs: { a: { anyOf: [{ const: index }, { type: 'string', pattern: '^\\d+$' }] } },
          required: ['level'],
          additionalProperties: false,
        },
      }));
      const parts = await ask({ modelId: 'gpt-agent', text: 'Use two', tools, toolMode: 2 });
      assert.deepEqual(
        parts.filter(({ name }) => name),
        [
          { name: 'tool_150', input: { level: 2 } },
          { name: 'tool_7', input: { level: 3 } },
        ],
      );
      const required = upstream.requestsOf('gpt-agent').at(-1).body;
      assert.equal(required.tool_choice, 'required');
      const sent = required.tools.map((tool) => tool.function);
      const given = tools.map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema }));
      assert.equal(JSON.stringify(sent.map(inOrder)), JSON.stringify(given.map(inOrder)));
      const modelOptions = { tool_choice: { type: 'function', function: { name: 'tool_9' } } };
      await ask({ modelId: 'gpt-agent', text: 'Use one', tools, modelOptions });
      assert.deepEqual(upstream.requestsOf('gpt-agent').at(-1).body.tool_choice, modelOptions.tool_choice);
    },
  );

  scene(
    'shows a picture that is pasted into the chat to a model that sees',
    () => workbench,
    async () => {
      script('image', () => reply([{ text: 'I see a pixel.' }]));
      await workbench.newChat();
      await workbench.chooseModel('image');
      await workbench.pasteImage(PIXEL);
      await workbench.picture('pasted');
      await workbench.ask('What is this?');
      await workbench.replyWith('I see a pixel.');
      await workbench.settled();
      const parts = upstream
        .requestsOf('image')
        .filter(({ body }) => body?.tools?.length > 0)
        .flatMap(({ body }) => body.messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])));
      const [image] = parts.filter(({ type }) => type === 'image_url');
      assert.match(image?.image_url.url ?? '', /^data:image\/png;base64,iVBOR/);
    },
  );

  scene(
    'gives a model the PDF that it takes, and tells the user once of what another one does not take',
    () => workbench,
    async () => {
      const pdf = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');
      upstream.scenarios.set('claude-agent', () => reply([{ text: 'Read.' }]));
      await ask({ modelId: 'claude-sonnet-agent', text: 'Read this', pdf });
      const { body } = upstream.requestsOf('claude-agent').at(-1);
      const { source } = body.messages.at(-1).content.find(({ type }) => type === 'document');
      assert.deepEqual(source, { type: 'base64', media_type: 'application/pdf', data: pdf });
      for (const text of ['Look', 'Look again']) await ask({ modelId: 'text', text, pictures: [PIXEL] });
      const words = await workbench.message('takes no images');
      await workbench.picture('takes-no-images');
      assert.match(
        words,
        /^text takes no images, so it is only told that there is one\. Choose a model that takes images/,
      );
      const told = workbench.page.locator('.notification-list-item').filter({ hasText: 'takes no images' });
      assert.equal(await told.count(), 1);
    },
  );

  scene(
    'counts the tokens of a file for a model, by the gateway and here',
    () => workbench,
    async () => {
      await workbench.runCommand('File: New Untitled Text File');
      await workbench.page.keyboard.insertText('Counting these words takes a moment.');
      await workbench.runCommand('LiteLLM Gateway: Count Tokens');
      await workbench.quickInput.fill('gpt-agent');
      await workbench.chooseRow('Count Tokens', 'gpt-agent');
      const words = await workbench.message('tokens for');
      await workbench.picture('count-tokens');
      assert.match(
        words,
        /Untitled-\d+: \d+ tokens for .*gpt-agent.* by the gateway \(openai_tokenizer\); \d+ counted here\./,
      );
    },
  );
});

/** A value with the members of its objects in the order of their names: LiteLLM keeps no order. */
function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder(value[name])]),
  );
}
