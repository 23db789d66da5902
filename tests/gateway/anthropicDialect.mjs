// How a scenario's reply looks in Anthropic's messages API, as a stream of events and as one object.

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', content_filter: 'refusal' };

/** What a scenario wants to know of a request. */
export function readAnthropicRequest({ messages = [], tools = [] }) {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  return {
    toolNames: tools.map(({ name }) => name),
    toolResults: blocks
      .filter(({ type }) => type === 'tool_result')
      .map(({ content }) =>
        typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n'),
      ),
  };
}

export function anthropicError({ status, message, type = 'invalid_request_error' }) {
  return { type: 'error', error: { type: status === 429 ? 'rate_limit_error' : type, message } };
}

/** The reply as server-sent events; steps without a form of their own are handed on for the server to carry out. */
export function* anthropicStream({ steps, finish, usage }, { model }) {
  const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  yield event('message_start', {
    message: { ...frame(model), content: [], stop_reason: null, usage: usageOf(usage, 1) },
  });
  for (const [index, { start, deltas, between }] of groupSteps(steps).entries()) {
    if (between) {
      yield between;
      continue;
    }
    yield event('content_block_start', { index, content_block: start });
    for (const delta of deltas)
      yield typeof delta.type === 'string' ? event('content_block_delta', { index, delta }) : delta;
    yield event('content_block_stop', { index });
  }
  const delta = { stop_reason: STOP_REASONS[finish], stop_sequence: null };
  yield event('message_delta', { delta, usage: { output_tokens: usage.output } });
  yield event('message_stop', {});
}

export function anthropicMessage({ steps, finish, usage }, { model }) {
  const content = groupSteps(steps).flatMap(({ start, whole }) => (start ? [{ ...start, ...whole }] : []));
  return {
    ...frame(model),
    content,
    stop_reason: STOP_REASONS[finish],
    stop_sequence: null,
    usage: usageOf(usage, usage.output),
  };
}

/** One content block per run of steps of one sort: `{ start, deltas, whole }`; `between` holds a step for the server. */
function groupSteps(steps) {
  const groups = [];
  for (const step of steps) {
    const open = groups.at(-1);
    if (step.text !== undefined) {
      const group = open?.sort === 'text' ? open : addGroup(groups, 'text', { type: 'text', text: '' });
      group.deltas.push({ type: 'text_delta', text: step.text });
      group.whole = { text: (group.whole?.text ?? '') + step.text };
    } else if (step.reasoning !== undefined) {
      const group =
        open?.sort === 'thinking'
          ? open
          : addGroup(groups, 'thinking', { type: 'thinking', thinking: '', signature: '' });
      group.deltas.push({ type: 'thinking_delta', thinking: step.reasoning });
      group.whole = { ...group.whole, thinking: (group.whole?.thinking ?? '') + step.reasoning };
    } else if (step.signature) {
      open.deltas.push({ type: 'signature_delta', signature: step.signature });
      open.whole = { ...open.whole, signature: step.signature };
    } else if (step.redacted) {
      addGroup(groups, 'redacted', { type: 'redacted_thinking', data: step.redacted });
    } else if (step.toolCall) {
      const { id, name, arguments: input, argumentsText: text = JSON.stringify(input) } = step.toolCall;
      const group = addGroup(groups, 'tool', { type: 'tool_use', id, name, input: {} });
      group.deltas.push({ type: 'input_json_delta', partial_json: text });
      group.whole = { input };
    } else if (open?.sort) open.deltas.push(step);
    else groups.push({ between: step });
  }
  return groups;
}

function addGroup(groups, sort, start) {
  const group = { sort, start, deltas: [] };
  groups.push(group);
  return group;
}

function frame(model) {
  return { id: 'msg_scripted', type: 'message', role: 'assistant', model };
}

function usageOf({ input, cacheRead = 0, cacheWrite = 0 }, output) {
  return {
    input_tokens: input - cacheRead - cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    output_tokens: output,
  };
}
