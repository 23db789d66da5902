/** The messages beside the chat about a request that failed. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { FailureMessages, presentError, Log, secretsOf, vscode } = await load(
  'failureMessages',
  'errors',
  'log',
  'logText',
);

const apiKey = 'sk-secret-of-the-user-1234';
const retry = 'workbench.action.chat.retry';
const choose = 'workbench.action.chat.openModelPicker';

let messages;
let asked;
beforeEach(() => {
  const log = new Log();
  log.keepOut(secretsOf({ apiKey }));
  messages = new FailureMessages(log, '1.2.3');
  asked = [];
  vscode.warnings.answer = async (message, buttons) => void asked.push({ message, buttons });
  vscode.knownCommands.splice(0, Infinity, retry, choose);
  vscode.executed.length = 0;
  vscode.commandArguments.length = 0;
  vscode.env.clipboard.text = '';
});

const failure = (kind, fields = {}) => Object.assign(new Error(`It failed: ${kind}.`), { kind, retries: 0, ...fields });
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function tell(error, fields = {}) {
  const context = { gateway: 'https://gw.example', modelId: 'gpt' };
  const presented = presentError(error, { ...context, doing: 'chat' });
  const shown = { sentence: presented.sentence, profile: 'default', conversation: 'chat-1' };
  messages.tell({ error, presented, context, ...shown, ...fields });
  await settled();
}

const press = (button) => {
  vscode.warnings.answer = async (message, buttons) => {
    asked.push({ message, buttons });
    return button;
  };
};

test('each kind has the buttons that help', async () => {
  const expected = {
    connection: ['Retry', 'Open Settings', 'Copy Details'],
    auth: ['Open Settings', 'Copy Details'],
    budget_exceeded: ['Show Usage', 'Open Settings', 'Copy Details'],
    rate_limit: ['Retry', 'Choose Another Model', 'Copy Details'],
    unknown_model: ['Choose Another Model', 'Refresh Models', 'Copy Details'],
    guardrail: ['Copy Details'],
    truncated: ['Retry', 'Copy Details'],
  };
  for (const kind of Object.keys(expected)) await tell(failure(kind));
  assert.deepEqual(
    Object.fromEntries(Object.keys(expected).map((kind, index) => [kind, asked[index].buttons])),
    expected,
  );
  assert.equal(asked[0].message, 'It failed: connection.');
});

test('nothing is said of a stop, and nothing twice', async () => {
  await tell(failure('aborted'));
  assert.deepEqual(asked, []);
  await tell(failure('server'));
  await tell(failure('server'));
  assert.equal(asked.length, 1);
  await tell(failure('server'), { conversation: 'chat-2' });
  await tell(failure('timeout'));
  assert.equal(asked.length, 3);
  messages.answered('default', 'chat-1');
  await tell(failure('server'));
  assert.equal(asked.length, 4);
  messages.forget();
  await tell(failure('server'));
  assert.equal(asked.length, 5);
  press('Retry');
  await tell(failure('truncated'));
  await tell(failure('truncated'));
  assert.equal(asked.length, 7, 'a button was pressed: what fails again is news');
});

test('an editor without a command has no button for it, and a caller without a conversation nothing to try again', async () => {
  vscode.knownCommands.length = 0;
  await tell(failure('rate_limit'));
  assert.deepEqual(asked[0].buttons, ['Copy Details']);
  vscode.knownCommands.push(retry, choose);
  await tell(failure('server'), { conversation: undefined });
  assert.equal(asked.length, 1, 'another extension shows its own errors');
  await tell(failure('auth'), { conversation: undefined });
  assert.deepEqual(asked[1].buttons, ['Open Settings', 'Copy Details']);
});

test('what is pressed is done', async () => {
  press('Retry');
  await tell(failure('server'));
  press('Choose Another Model');
  await tell(failure('server'));
  press('Open Settings');
  await tell(failure('auth'));
  assert.deepEqual(vscode.executed, [retry, choose, 'litellm-gateway.openSettings']);
  const [{ sessionResource }] = vscode.commandArguments[0];
  assert.deepEqual(sessionResource, { scheme: 'vscode-chat-session', authority: 'local', path: '/Y2hhdC0x' });
  assert.deepEqual(vscode.commandArguments[2], ['default']);
});

test('the details are what an operator looks for, each on its line, and never a key', async () => {
  press('Copy Details');
  await tell(
    failure('server', {
      ...{ status: 500, callId: 'call-1', modelId: 'deployment-1', model: 'openai/gpt-4o', retries: 2 },
      ...{ attemptedRetries: 1, attemptedFallbacks: 3, detail: `upstream\nsays ${apiKey}`, guardrail: 'pii' },
    }),
  );
  const lines = vscode.env.clipboard.text.split('\n');
  assert.match(lines[1], /^Time: \d{4}-/);
  assert.deepEqual(
    [lines[0], ...lines.slice(2)],
    [
      'LiteLLM Gateway 1.2.3: a chat request failed',
      'What happened: It failed: server.',
      'Kind: server',
      'Status: 500',
      'Gateway: https://gw.example',
      'Model: gpt',
      'Asked at the provider as: openai/gpt-4o',
      'Deployment: deployment-1',
      'Call id: call-1',
      'Retries: 2 from the editor, 1 at the gateway',
      'Fallbacks: 3',
      'Guardrail: pii',
      'The gateway says: upstream says ***',
      '',
    ],
  );
});
