/**
 * A long session of a coding agent that thinks: sixty rounds of tool calls, some of them several at once and some with large
 * results, a question of the user after every fifteen, and after forty-five a compaction, after which the editor sends a
 * summary in place of all that was.
 */
import { Random } from '../data/random.mjs';
import { textOf } from '../data/texts.mjs';

/** How the agent is told to work, and its tools: some twelve thousand tokens, as an editor's agent has. */
export const system = textOf('prose', 40_000, 24_000);

export const tools = Array.from({ length: 40 }, (_, index) => ({
  name: `tool_${index}`,
  description: textOf('prose', 70_000 + 600 * index, 500),
  input_schema: {
    type: 'object',
    properties: { path: { type: 'string', description: textOf('prose', 100_000 + 200 * index, 150) } },
    required: ['path'],
  },
}));

const ROUNDS = 60;
const QUESTION_EVERY = 15;
const COMPACTION_AT = 45;

/**
 * The requests of the session: `{ messages, seconds, answer }`, where `answer` is the assistant's message to it, and `seconds`
 * the time at which it is sent. Rounds take half a minute, questions four minutes.
 */
export function* sessionOf() {
  const random = new Random(60);
  let place = 0;
  const code = (bytes) => {
    place = (place + bytes) % 900_000;
    return textOf('code', place, bytes);
  };
  let messages = [{ role: 'user', content: [{ type: 'text', text: textOf('prose', 0, 3000) }] }];
  let seconds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const isLast = (round + 1) % QUESTION_EVERY === 0;
    const calls = isLast ? 0 : random.below(10) === 0 ? 12 : 1 + random.below(3);
    const thinking = {
      type: 'thinking',
      thinking: textOf('prose', 5000 + 400 * round, 350),
      signature: random.text(300, 'abcdefghijklmnopqrstuvwxyz0123456789'),
    };
    const said = { type: 'text', text: textOf('prose', 30_000 + 100 * round, isLast ? 900 : 160) };
    const uses = Array.from({ length: calls }, (_, index) => ({
      type: 'tool_use',
      id: `toolu_${round}_${index}`,
      name: tools[random.below(tools.length)].name,
      input: { path: `src/module-${random.below(90)}/index.ts` },
    }));
    const answer = { role: 'assistant', content: [thinking, said, ...uses] };
    yield { messages: [...messages], seconds, answer };
    seconds += isLast ? 240 : 30;
    const results = uses.map(({ id }) => {
      const size = random.below(6) === 0 ? 24_000 : 1500 + random.below(5000);
      return { type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: code(size) }] };
    });
    const question = { type: 'text', text: textOf('prose', 60_000 + 300 * round, 280) };
    if (round + 1 === COMPACTION_AT) {
      const summary = { type: 'text', text: `What was done so far:\n${textOf('prose', 110_000, 9000)}` };
      messages = [{ role: 'user', content: [summary, question] }];
    } else messages.push(answer, { role: 'user', content: isLast ? [question] : results });
  }
}
