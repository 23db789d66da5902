/** From the core's stream parts to what the chat shows. One reporter serves one answer. */
import * as vscode from 'vscode';
import type { StreamPart } from './core.ts';
import { dataPart, thinkingPart, usageMimeType } from './proposedFields.ts';
import { type CallThoughts, encodeThoughts, type ThinkingBlock } from './thoughts.ts';

/** Longer thinking is not kept to be given back: more than any model thinks, in UTF-16 units. */
const longestReasoning = 1_000_000;
/**
 * So long an editor takes to hand a part on to whoever reads the answer, with room to spare, in milliseconds. It gathers parts, and
 * an error that comes meanwhile overtakes them: whoever reads gets the error, and never sees the parts.
 */
const handedOnWithinMs = 500;

/** Reports each part of an answer as it comes. An answer never ends in silence: what is missing or cut is said in words. */
export class ReplyReporter {
  readonly #progress: vscode.Progress<vscode.LanguageModelResponsePart>;
  readonly #remember: (callId: string, thoughts: CallThoughts) => void;
  readonly #toolSignatures = new Map<string, string>();
  #blocks: readonly ThinkingBlock[] = [];
  /** What was thought so far, as text. */
  #reasoning = '';
  /** Whether there is text or a tool call: the chat takes an answer without them for a failure. */
  #hasAnswer = false;
  #hasThinking = false;
  #hasImage = false;
  #isRefusing = false;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** `remember` is told of each tool call's thoughts, for callers that do not give them back. */
  constructor(
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    remember: (callId: string, thoughts: CallThoughts) => void = () => undefined,
  ) {
    this.#progress = progress;
    this.#remember = remember;
  }

  /** Resolves when all that was reported has reached whoever reads: only then may the answer fail. */
  async handedOn(): Promise<void> {
    const leftMs = this.#reportedAt + handedOnWithinMs - performance.now();
    if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }

  /** Reports one part. */
  report(part: StreamPart): void {
    this.#reportedAt = performance.now();
    switch (part.type) {
      case 'text':
        this.#text(part.text);
        return;
      case 'reasoning':
        this.#hasThinking = true;
        if (this.#reasoning.length <= longestReasoning) this.#reasoning += part.text;
        this.#thinking(part.text);
        return;
      case 'thinking_blocks':
        this.#blocks = part.blocks;
        this.#thinking('');
        return;
      case 'tool_call':
        this.#toolCall(part);
        return;
      case 'image':
        this.#image(part);
        return;
      case 'refusal':
        this.#text(this.#isRefusing ? part.text : `${vscode.l10n.t('The model refused:')} ${part.text}`);
        this.#isRefusing = true;
        return;
      case 'citations':
        this.#text(`\n\n${vscode.l10n.t('Sources:')}\n${part.citations.map(source).join('\n')}\n`);
        return;
      case 'usage':
        this.#usage(part);
        return;
      case 'finish':
        this.#finish(part);
        return;
      // The log has these; partial calls are not asked for.
      case 'response':
      case 'notice':
      case 'tool_call_partial':
        return;
      default:
        // A newer core may have parts of which an older host knows nothing.
        part satisfies never;
    }
  }

  #text(value: string): void {
    this.#hasAnswer = true;
    this.#progress.report(new vscode.LanguageModelTextPart(value));
  }

  /** Thinking, with all that must come back once there is any. */
  #thinking(text: string): void {
    const hasThoughts = this.#blocks.length > 0 || this.#toolSignatures.size > 0;
    const thoughts = { blocks: this.#blocks, toolSignatures: this.#toolSignatures };
    const part = thinkingPart(text, hasThoughts ? encodeThoughts(thoughts) : undefined);
    if (part) this.#progress.report(part);
  }

  #toolCall({ id, name, arguments: text, signature }: Extract<StreamPart, { type: 'tool_call' }>): void {
    this.#hasAnswer = true;
    this.#remember(id, signature === undefined ? { blocks: this.#thoughts } : { blocks: this.#blocks, signature });
    if (signature !== undefined) {
      this.#toolSignatures.set(id, signature);
      this.#thinking('');
    }
    // The core gives the arguments as valid JSON text; the editor wants the value.
    this.#progress.report(new vscode.LanguageModelToolCallPart(id, name, JSON.parse(text)));
  }

  /** The thinking that must come back with the result of a call that is not signed itself: what was signed, else all of it as text. */
  get #thoughts(): readonly ThinkingBlock[] {
    if (this.#blocks.length > 0) return this.#blocks;
    const isWhole = this.#reasoning !== '' && this.#reasoning.length <= longestReasoning;
    return isWhole ? [{ type: 'thinking', thinking: this.#reasoning }] : [];
  }

  #image({ mediaType, data }: Extract<StreamPart, { type: 'image' }>): void {
    const bytes = decodeBase64(data);
    if (bytes) this.#data(bytes, mediaType);
    // The editor's chat, as many others, shows no images of a model: without a word the user would miss nothing.
    if (this.#hasImage) return;
    this.#hasImage = true;
    this.#notice(vscode.l10n.t('The model sent an image ({0}), which this view may not show.', mediaType));
    this.#text('\n\n');
  }

  #usage(usage: Extract<StreamPart, { type: 'usage' }>): void {
    const value = {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      prompt_tokens_details: {
        cached_tokens: usage.cacheReadTokens ?? 0,
        ...(usage.cacheWriteTokens !== undefined && { cache_creation_tokens: usage.cacheWriteTokens }),
      },
      ...(usage.reasoningTokens !== undefined && {
        completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      }),
    };
    this.#data(new TextEncoder().encode(JSON.stringify(value)), usageMimeType);
  }

  #data(bytes: Uint8Array, mimeType: string): void {
    const part = dataPart(bytes, mimeType);
    if (part) this.#progress.report(part);
  }

  #finish({ reason }: Extract<StreamPart, { type: 'finish' }>): void {
    const { t } = vscode.l10n;
    if (reason === 'length') {
      this.#notice(
        t(
          'The answer was cut off: it reached the limit of its length. Ask to go on, or raise "{0}".',
          'litellm-gateway.maxTokens',
        ),
      );
    } else if (reason === 'content_filter') {
      this.#notice(
        t("The provider's content filter stopped the answer here. Say it differently, or choose another model."),
      );
    } else if (!this.#hasAnswer) {
      this.#notice(
        this.#hasThinking
          ? t('The model thought, but gave no answer. Ask again.')
          : t('The model gave an empty answer. Ask again.'),
      );
    }
  }

  /** Words of ours inside the answer, set apart from the model's. */
  #notice(sentence: string): void {
    this.#text(`${this.#hasAnswer ? '\n\n' : ''}*${sentence}*`);
  }
}

/** A source as a list item. Title and address are the model's: neither may break out of the link. */
function source({ title, url }: { title?: string | undefined; url: string }): string {
  const text = (title || url).replace(/\s+/g, ' ').replace(/[\\[\]`*_<>$]/g, '\\$&');
  if (!/^https?:\/\//i.test(url)) return `- ${text}`;
  return `- [${text}](<${url.replace(/[<>\s\\]/g, encodeURIComponent)}>)`;
}

/** The bytes of base64 text, or undefined when it is none. */
function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
