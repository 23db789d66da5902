/**
 * An answer whose tool calls can all be run.
 *
 * A model now and then calls a tool with arguments that are no JSON, or that its output limit cut. The editor can't be given
 * such a call: what it gets is run, and a tool of which nothing is required would run with whatever stands there. So the model is
 * told what it did, in the same answer: it stays one answer to the chat, what was said before stays, and no call of the failed
 * attempt is run.
 */
import type { LiteLLMError, Message, StreamPart } from './core.ts';

/** So often a model is told in one answer; one that goes on so does not learn it. */
const mostTellings = 2;
/** So often of a call that its output limit cut, which costs a whole answer each time. */
const mostTellingsOfCut = 1;

/**
 * The parts of the answer to a conversation. `ask` asks the model; `told` hears of each failure that the model was told of. What a
 * failed attempt took is given out, too. Fails with what ends the answer for good.
 */
export async function* withWholeCalls(
  messages: readonly Message[],
  ask: (messages: readonly Message[]) => AsyncIterable<StreamPart>,
  told: (error: Error) => void,
): AsyncGenerator<StreamPart, void, undefined> {
  let conversation = messages;
  let tellingsOfCut = 0;
  for (let tellings = 0; ; tellings++) {
    /** The calls and all after them: they wait until it is known that no later call is broken. */
    const held: StreamPart[] = [];
    let text = '';
    try {
      for await (const part of ask(conversation)) {
        if (part.type === 'text') text += part.text;
        if (held.length > 0 || part.type === 'tool_call') held.push(part);
        else yield part;
      }
      yield* held;
      return;
    } catch (error) {
      const advice = adviceOf(error);
      const isCut = (error as Partial<LiteLLMError>).kind === 'truncated';
      if (advice === undefined || tellings >= mostTellings || (isCut && tellingsOfCut >= mostTellingsOfCut)) {
        yield* held;
        throw error;
      }
      if (isCut) tellingsOfCut++;
      told(error as Error);
      yield* held.filter(({ type }) => type === 'usage');
      if (text.trim() === '') {
        conversation = [...conversation, { role: 'user', content: advice }];
        continue;
      }
      conversation = [...conversation, { role: 'assistant', content: text }, { role: 'user', content: advice }];
      if (!text.endsWith('\n')) yield { type: 'text', text: '\n\n' };
    }
  }
}

/** What to tell the model so that it can put right what it did. */
function adviceOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as Partial<LiteLLMError>).forModel : undefined;
}
