// What the scripted upstream says. A scenario is a function of the request, `{ toolNames, toolResults, attempt, body }`
// (`attempt`: how many requests this scenario had before), that gives either
// - a reply `{ steps, finish, usage }`, or
// - a failure `{ status, message, type?, code?, param?, headers? }`, or `{ status, json, headers? }` for a body of its own.
//
// Steps: `text`, `reasoning`, `signature` (of the thinking before it), `redacted`, `toolCall` (with `arguments`, or
// `argumentsText`, which is written as it is), `image` (a data URL),
// `rawEvent` (the data of an event, verbatim), `pauseMs`, `hold` (waits for `release()`), `end` ("abort" or "hang").

/** Tokens of an ordinary reply: enough of each kind that every price counts. */
export const USAGE = { input: 1200, output: 340, cacheRead: 1024, reasoning: 12 };

export const SIGNATURE = 'c2lnbmF0dXJlLW9mLXRoZS10aGlua2luZw==';

export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A reply that ends well. */
export function reply(steps, finish = 'stop', usage = USAGE) {
  return { steps, finish, usage };
}

/** A fresh Map of all scenarios, so that what one test adds is not seen by another. */
export function createScenarios() {
  return new Map(Object.entries(SCENARIOS));
}

const SCENARIOS = {
  text: () => reply(texts('Hello ', 'from the ', 'scripted upstream.')),

  /** Nothing of the prompt came from the provider's cache. */
  uncached: () => reply([{ text: 'All of it was new to me.' }], 'stop', { input: 1200, output: 340 }),

  /** Two halves; the second waits for the test. */
  stepwise: () => reply([{ text: 'The first half. ' }, { hold: true }, { text: 'The second half.' }]),

  /** Goes on for a minute unless the connection is closed. */
  endless: () =>
    reply(Array.from({ length: 1200 }, (_, index) => [{ text: `word ${index} ` }, { pauseMs: 50 }]).flat()),

  /** Calls the first tool, then reports what it gave. */
  'tool-call': ({ toolNames, toolResults }) =>
    toolNames.length === 0 || toolResults.length > 0
      ? reply([{ text: `The tool answered: ${toolResults.at(-1) ?? 'nothing'}` }])
      : reply([{ text: 'Let me look. ' }, call('call_1', toolNames[0], { path: 'a.txt' })], 'tool_calls'),

  'parallel-tool-calls': ({ toolNames, toolResults }) =>
    toolNames.length === 0 || toolResults.length > 0
      ? reply([{ text: `The tools answered: ${toolResults.join(' and ')}` }])
      : reply(
          [call('call_1', toolNames[0], { path: 'a.txt' }), call('call_2', toolNames.at(-1), { path: 'b.txt' })],
          'tool_calls',
        ),

  reasoning: () => reply([{ reasoning: 'First I ' }, { reasoning: 'weigh it.' }, ...texts('The answer ', 'is 42.')]),

  /** Thinking with a signature; with tools, one round of a call, and the answer after its result. */
  thinking: ({ toolNames, toolResults }) =>
    toolNames.length === 0 || toolResults.length > 0
      ? reply([...signedThinking('I have what I need.'), { text: 'Done thinking.' }])
      : reply([...signedThinking('I need a tool.'), call('toolu_1', toolNames[0], { path: 'a.txt' })], 'tool_calls'),

  'redacted-thinking': () => reply([{ redacted: 'b3BhcXVl' }, { text: 'After hidden thoughts.' }]),

  image: () => reply([{ text: 'Here it is.' }, { image: `data:image/png;base64,${PIXEL}` }]),

  empty: () => reply([]),

  'only-thinking': () => reply([{ reasoning: 'I wonder about that.' }]),

  length: () => reply([{ text: 'This answer is cut' }], 'length'),

  'content-filter': () => reply([{ text: 'I cannot' }], 'content_filter'),

  'context-window': () => ({
    status: 400,
    code: 'context_length_exceeded',
    param: 'messages',
    message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
  }),

  /** Refuses a parameter as providers do, and answers when it is gone. */
  'unsupported-parameter': ({ body }) =>
    'temperature' in body
      ? {
          status: 400,
          code: 'unsupported_parameter',
          param: 'temperature',
          message: "Unsupported parameter: 'temperature' is not supported with this model.",
        }
      : reply([{ text: 'Answered without it.' }]),

  'bad-provider-key': () => ({ status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' }),

  /** Busy once, then free. */
  'rate-limit': ({ attempt }) =>
    attempt % 2 === 0
      ? { status: 429, type: 'rate_limit_error', message: 'Rate limit reached.', headers: { 'retry-after': '1' } }
      : reply([{ text: 'Now there is room.' }]),

  'server-error': () => ({ status: 500, type: 'server_error', message: 'The server had an error.' }),

  hang: () => reply([{ end: 'hang' }]),

  abort: () => reply([{ text: 'The beginning of ' }, { pauseMs: 250 }, { end: 'abort' }]),

  'bad-json': () =>
    reply([{ text: 'Before the damage. ' }, { rawEvent: '{"choices":[{"delta":{"content":"bro' }, { text: 'lost' }]),
};

function texts(...pieces) {
  return pieces.map((text) => ({ text }));
}

function call(id, name, input) {
  return { toolCall: { id, name, arguments: input } };
}

function signedThinking(text) {
  return [{ reasoning: text }, { signature: SIGNATURE }];
}
