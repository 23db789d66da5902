/**
 * What a prompt costs at a provider that caches as Anthropic does: up to each mark it keeps what the request holds, exactly so
 * far, for five minutes from its last use. A request reads the longest beginning that is kept, as far as one of its marks or
 * of the 20 blocks before one; what it marks beyond that is written. Nothing shorter than the least length is kept.
 */

/** Prices in units of an input token. */
export const PRICES = { input: 1, read: 0.1, write: 1.25, output: 5 };

const LEAST_TOKENS = 1024;
const LIFETIME_S = 300;
const MOST_MARKS = 4;
const LOOKBACK = 20;

/** The blocks of a request as the gateway hands them to the provider, in its order: tools, then the messages. */
export function blocksOf({ tools = [], messages }) {
  const blocks = tools.map((tool) => ({ text: JSON.stringify(tool), isMarked: 'cache_control' in tool }));
  for (const { role, content, tool_calls: calls = [], thinking_blocks: thinking = [], tool_call_id: id } of messages) {
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    for (const block of thinking) blocks.push({ text: `${role}${JSON.stringify(block)}` });
    for (const { cache_control: mark, ...part } of parts) {
      // An empty text beside calls is no block.
      if (part.text !== '')
        blocks.push({ text: `${role}${id ?? ''}${JSON.stringify(part)}`, isMarked: mark !== undefined });
    }
    for (const call of calls) blocks.push({ text: `${role}${JSON.stringify(call)}` });
  }
  return blocks;
}

export class CachingProvider {
  #kept = new Map();
  #count;

  /** `count` gives the tokens of a text. */
  constructor(count) {
    this.#count = count;
  }

  /** What the prompt of a request costs at a time in seconds: its tokens by how they are charged. */
  ask(body, seconds) {
    const blocks = blocksOf(body);
    const ends = [];
    let beginning = '';
    let tokens = 0;
    for (const { text } of blocks) {
      // The beginning is named by what is in it; each block stands in the name with its length, so that none is taken for two.
      beginning = fingerprint(`${beginning}${text.length}:${text}`);
      tokens += this.#count(text);
      ends.push({ beginning, tokens });
    }
    const marks = blocks.flatMap(({ isMarked }, index) => (isMarked ? [index] : []));
    if (marks.length > MOST_MARKS) throw new Error(`A request has ${marks.length} marks.`);
    const isKept = (index) => this.#kept.get(ends[index].beginning) >= seconds;
    const reachable = marks.flatMap((mark) => range(Math.max(0, mark - LOOKBACK + 1), mark + 1).filter(isKept));
    const read = reachable.length === 0 ? 0 : ends[Math.max(...reachable)].tokens;
    const cached = marks.map((mark) => ends[mark]).filter((end) => end.tokens >= LEAST_TOKENS);
    for (const end of cached) this.#kept.set(end.beginning, seconds + LIFETIME_S);
    for (const index of reachable) this.#kept.set(ends[index].beginning, seconds + LIFETIME_S);
    const written = Math.max(0, (cached.at(-1)?.tokens ?? 0) - read);
    return { read, written, input: tokens - read - written, tokens };
  }
}

/** Units of an input token for what a request took. */
export function costOf({ read, written, input }, outputTokens) {
  return read * PRICES.read + written * PRICES.write + input * PRICES.input + outputTokens * PRICES.output;
}

function range(from, to) {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** 64 bits by which one text is hardly ever taken for another one. */
function fingerprint(text) {
  let one = 0x811c9dc5;
  let other = 0x01234567;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995) ^ (other >>> 13);
  }
  return `${one >>> 0}-${other >>> 0}`;
}
