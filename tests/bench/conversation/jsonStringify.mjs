/** The request of a conversation as one makes it without a library: a mapping, and JSON.stringify. */

/** The request to a gateway for Anthropic messages and tools. */
export function requestOf({ address, model, maxTokens, system, messages, tools }) {
  const body = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    drop_params: true,
    messages: [{ role: 'system', content: system }, ...messages.flatMap(openAiMessages)],
    tools: tools.map(({ name, description, input_schema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    max_completion_tokens: maxTokens,
  };
  return new Request(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-bench', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function openAiMessages({ role, content }) {
  if (typeof content === 'string') return [{ role, content }];
  if (role === 'assistant') return [assistantMessage(content)];
  const results = content
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({ role: 'tool', tool_call_id: block.tool_use_id, content: block.content }));
  const parts = content.filter(({ type }) => type !== 'tool_result').map(part);
  return parts.length === 0 ? results : [...results, { role, content: parts }];
}

function assistantMessage(content) {
  const text = content.filter(({ type }) => type === 'text').map((block) => block.text);
  const calls = content
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }));
  return { role: 'assistant', content: text.join('\n'), ...(calls.length > 0 && { tool_calls: calls }) };
}

function part(block) {
  if (block.type === 'text') return { type: 'text', text: block.text };
  const { media_type: type, data } = block.source;
  return { type: 'image_url', image_url: { url: `data:${type};base64,${data}` } };
}
