// What holds for the parts of every reply, whatever the gateway sent. Shared by all tests that read a stream.

/** The parts that close a reply, in the only order in which they may come. */
const CLOSING_ORDER = ['thinking_blocks', 'tool_call', 'citations', 'usage', 'finish'];
const AT_MOST_ONE = ['response', 'thinking_blocks', 'citations', 'usage', 'finish'];
const NOT_AFTER_A_FAILURE = ['thinking_blocks', 'citations', 'finish'];

/**
 * The laws that `parts` (as the core gave them, nothing joined or dropped) break, as sentences.
 * `ending` says how the loop ended: "finished", "failed" (an error was thrown) or "left" (by the caller).
 */
export function brokenLaws(parts, ending) {
  const broken = [];
  const law = (holds, sentence) => {
    if (!holds) broken.push(sentence);
  };
  const ofType = (...types) => parts.filter((part) => types.includes(part?.type));

  for (const type of AT_MOST_ONE) law(ofType(type).length <= 1, `there is more than one "${type}" part`);
  law(
    parts.every((part, index) => part?.type !== 'response' || index === 0),
    '"response" is not the first part',
  );
  law(
    ofType('text', 'reasoning', 'refusal').every(({ text }) => typeof text === 'string' && text.length > 0),
    'a part has no text',
  );
  law(
    ofType('thinking_blocks').every(({ blocks }) => blocks.length > 0),
    'a "thinking_blocks" part is empty',
  );
  law(
    ofType('citations').every(({ citations }) => citations.length > 0),
    'a "citations" part is empty',
  );

  const calls = ofType('tool_call');
  law(new Set(calls.map(({ id }) => id)).size === calls.length, 'two tool calls have one id');
  law(
    calls.every(({ id }) => typeof id === 'string' && id.length > 0),
    'a tool call has no id',
  );
  law(
    calls.every(({ arguments: text }) => isJson(text)),
    'the arguments of a whole tool call are not JSON',
  );

  const ranks = parts.filter((part) => part?.type !== 'notice').map((part) => CLOSING_ORDER.indexOf(part?.type));
  law(
    ranks.every((rank, index) => index === 0 || rank >= ranks[index - 1]),
    'the closing parts are out of order',
  );

  if (ending === 'finished') law(parts.at(-1)?.type === 'finish', 'the last part is no "finish"');
  if (ending === 'failed') {
    for (const type of NOT_AFTER_A_FAILURE) law(ofType(type).length === 0, `a failed reply has a "${type}" part`);
  }
  return broken;
}

/** Joins neighbouring `text` parts and neighbouring `reasoning` parts: where a read ended is no part of the meaning. */
export function joinParts(parts) {
  const joined = [];
  for (const part of parts) {
    const previous = joined.at(-1);
    const isContinued = previous?.type === part.type && (part.type === 'text' || part.type === 'reasoning');
    if (isContinued) joined[joined.length - 1] = { ...previous, text: previous.text + part.text };
    else joined.push(part);
  }
  return joined;
}

function isJson(text) {
  try {
    JSON.parse(text);
    return typeof text === 'string';
  } catch {
    return false;
  }
}
