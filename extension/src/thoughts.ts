/**
 * What a model must be given back with its next request of the same turn and what the editor's stable parts have no place
 * for: signed thinking blocks, and the signatures of tool calls.
 *
 * It travels as the metadata of a thinking part. The chat keeps one metadata object for each answer and replaces it with
 * each thinking part that carries one, so every object is complete. The editor's agent host keeps only the three
 * text members that are written beside ours: from them at least the last block comes back.
 */
import type { ContentBlock } from './core.ts';

/** So many tool calls are remembered: a long turn of an agent. */
const longestMemory = 200;

/** A thinking block as the model signed it. */
export type ThinkingBlock = Extract<ContentBlock, { type: 'thinking' | 'redacted_thinking' }>;

/** What belongs to one answer. */
export interface Thoughts {
  readonly blocks: readonly ThinkingBlock[];
  /** Signatures by the id of their tool call. */
  readonly toolSignatures: ReadonlyMap<string, string>;
}

/** What was thought before a tool call, and the call's own signature. */
export interface CallThoughts {
  readonly blocks: readonly ThinkingBlock[];
  readonly signature?: string;
}

/**
 * The thoughts behind the latest tool calls. It stands in for thinking parts where a caller does not give them back: the
 * editor's stable API has none, and a model that thinks refuses the result of a call whose thinking is missing.
 */
export class ThoughtMemory {
  readonly #thoughts = new Map<string, CallThoughts>();

  /** Remembers what belongs to a call of a model. */
  remember(modelId: string, callId: string, thoughts: CallThoughts): void {
    if (thoughts.blocks.length === 0 && thoughts.signature === undefined) return;
    this.#thoughts.set(key(modelId, callId), thoughts);
    const [oldest] = this.#thoughts.keys();
    if (this.#thoughts.size > longestMemory && oldest !== undefined) this.#thoughts.delete(oldest);
  }

  /** What is remembered of a call. */
  recall(modelId: string, callId: string): CallThoughts | undefined {
    return this.#thoughts.get(key(modelId, callId));
  }
}

/** The metadata as it is written; when it comes back any member may be missing or of another type. */
interface Metadata {
  litellmThinkingBlocks?: unknown;
  litellmToolSignatures?: unknown;
  redactedData?: unknown;
  signature?: unknown;
  _completeThinking?: unknown;
}

/** The thoughts as metadata of a thinking part. */
export function encodeThoughts({ blocks, toolSignatures }: Thoughts): Readonly<Record<string, unknown>> {
  const metadata: Metadata = { litellmThinkingBlocks: blocks };
  if (toolSignatures.size > 0) metadata.litellmToolSignatures = [...toolSignatures];
  for (const block of blocks) {
    if (block.type === 'redacted_thinking') {
      metadata.redactedData = block.data;
    } else if (block.signature) {
      metadata.signature = block.signature;
      metadata._completeThinking = block.thinking;
    }
  }
  return { ...metadata };
}

/** The thoughts in the metadata of a thinking part that came back, whoever kept it. Thinking without a signature is of no use to a model. */
export function decodeThoughts(metadata: Readonly<Record<string, unknown>> | undefined): Thoughts {
  const { litellmThinkingBlocks, litellmToolSignatures, redactedData, signature, _completeThinking }: Metadata =
    metadata ?? {};
  const toolSignatures = new Map(list(litellmToolSignatures).filter(isTextPair));
  const blocks = list(litellmThinkingBlocks).filter(isThinkingBlock);
  if (litellmThinkingBlocks !== undefined) return { blocks, toolSignatures };
  if (typeof redactedData === 'string') blocks.push({ type: 'redacted_thinking', data: redactedData });
  if (typeof signature === 'string' && typeof _completeThinking === 'string') {
    blocks.push({ type: 'thinking', thinking: _completeThinking, signature });
  }
  return { blocks, toolSignatures };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isTextPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}

function isThinkingBlock(value: unknown): value is ThinkingBlock {
  const { type, thinking, data } = (value ?? {}) as { type?: unknown; thinking?: unknown; data?: unknown };
  return (
    (type === 'thinking' && typeof thinking === 'string') || (type === 'redacted_thinking' && typeof data === 'string')
  );
}

function key(modelId: string, callId: string): string {
  return JSON.stringify([modelId, callId]);
}
