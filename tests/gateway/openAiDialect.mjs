// How a scenario's reply looks in OpenAI's chat completions, as a stream of chunks and as one object.

const CREATED = 1_700_000_000;

/** What a scenario wants to know of a request. */
export function readOpenAiRequest({ messages = [], tools = [] }) {
  const isText = (part) => part.type === 'text';
  return {
    toolNames: tools.map((tool) => tool.function?.name),
    toolResults: messages
      .filter(({ role }) => role === 'tool')
      .map(({ content }) =>
        typeof content === 'string'
          ? content
          : content
              .filter(isText)
              .map((part) => part.text)
              .join('\n'),
      ),
  };
}

export function openAiError({ status, message, type = 'invalid_request_error', code = null, param = null }) {
  return { error: { message, type, param, code: code ?? String(status) } };
}

/** The reply as server-sent events; steps without a form of their own are handed on for the server to carry out. */
export function* openAiStream({ steps, finish, usage }, { model, stream_options: streamOptions }) {
  const event = (fields) => `data: ${JSON.stringify({ ...frame(model, 'chat.completion.chunk'), ...fields })}\n\n`;
  const chunk = (delta, finishReason = null) => event({ choices: [{ index: 0, delta, finish_reason: finishReason }] });
  let nextCall = 0;
  yield chunk({ role: 'assistant', content: '' });
  for (const step of steps) {
    if (step.text) yield chunk({ content: step.text });
    else if (step.reasoning) yield chunk({ reasoning_content: step.reasoning });
    else if (step.image) yield chunk({ images: [imagePart(step.image)] });
    else if (step.toolCall) {
      const index = nextCall++;
      for (const call of toolCallDeltas(step.toolCall, index)) yield chunk({ tool_calls: [call] });
    } else if (step.rawEvent) yield `data: ${step.rawEvent}\n\n`;
    else yield step;
  }
  yield chunk({}, finish);
  if (streamOptions?.include_usage) yield event({ choices: [], usage: usageOf(usage) });
  yield 'data: [DONE]\n\n';
}

export function openAiCompletion({ steps, finish, usage }, { model }) {
  const textOf = (field) => steps.map((step) => step[field] ?? '').join('');
  const toolCalls = steps.flatMap(({ toolCall }) => (toolCall ? [wholeToolCall(toolCall)] : []));
  const images = steps.flatMap(({ image }) => (image ? [imagePart(image)] : []));
  const message = {
    role: 'assistant',
    content: textOf('text'),
    ...(textOf('reasoning') && { reasoning_content: textOf('reasoning') }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    ...(images.length > 0 && { images }),
  };
  return {
    ...frame(model, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: usageOf(usage),
  };
}

function frame(model, object) {
  return { id: 'chatcmpl-scripted', object, created: CREATED, model };
}

/** The name comes first and alone; the arguments follow in two halves, as providers send them. */
function toolCallDeltas({ id, name, arguments: input, argumentsText: text = JSON.stringify(input) }, index) {
  const middle = Math.ceil(text.length / 2);
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    { index, function: { arguments: text.slice(0, middle) } },
    { index, function: { arguments: text.slice(middle) } },
  ];
}

function wholeToolCall({ id, name, arguments: input }) {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function imagePart(url) {
  return { type: 'image_url', index: 0, image_url: { url } };
}

function usageOf({ input, output, cacheRead = 0, reasoning = 0 }) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
