/** The conversation of a coding agent: a task, and fifty times a tool call with its result, which is mostly code. */
import { Random } from './random.mjs';
import { textOf } from './texts.mjs';

export const system = 'You are a coding agent. Read before you write, and run the tests after each change.';

export const tools = ['read_file', 'write_file', 'search', 'run_in_terminal'].map((name) => ({
  name,
  description: `Use ${name} whenever the task needs it.`,
  input_schema: {
    type: 'object',
    properties: { path: { type: 'string' }, content: { type: 'string' }, line: { type: 'integer' } },
    required: ['path'],
  },
}));

/** 102 messages, about half a megabyte. With `hasImage` the task comes with a picture of 1 MB. */
export function makeConversation({ hasImage = false } = {}) {
  const random = new Random(102);
  const task = [{ type: 'text', text: textOf('prose', 0, 2000) }];
  if (hasImage) {
    const bytes = Buffer.from(Array.from({ length: 750_000 }, () => random.below(256)));
    task.push({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') } });
  }
  const messages = [{ role: 'user', content: task }];
  let place = 0;
  const next = (bytes) => {
    place += bytes;
    return textOf('code', place, bytes);
  };
  for (let turn = 0; turn < 50; turn += 1) {
    const id = `toolu_${random.text(22, 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789')}`;
    const { name } = random.pick(tools);
    const input = { path: `src/module-${turn}/index.ts`, line: random.below(500) };
    if (name === 'write_file') input.content = next(3000);
    const said = { type: 'text', text: textOf('prose', 3000 + 300 * turn, 280) };
    messages.push(
      { role: 'assistant', content: [said, { type: 'tool_use', id, name, input }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: next(8500) }] },
    );
  }
  messages.push({ role: 'assistant', content: 'All tests pass.' });
  return messages;
}
