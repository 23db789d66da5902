/**
 * The output channel "LiteLLM Gateway": what was asked of the gateway and what came of it, for a user or an operator to
 * read. It never holds the key or the contents of messages, at any level. Its text is not translated, so that it can be
 * sent to whoever runs the gateway.
 */
import * as vscode from 'vscode';
import type { LiteLLMError, ModelCatalog, StreamPart } from './core.ts';

/** What a request consists of, counted. */
export interface RequestSize {
  readonly messages: number;
  readonly tools: number;
}

/** The output channel. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('LiteLLM Gateway', { log: true });

  dispose(): void {
    this.#channel.dispose();
  }

  /** Opens the channel. */
  show(): void {
    this.#channel.show();
  }

  info(line: string): void {
    this.#channel.info(line);
  }

  warn(line: string): void {
    this.#channel.warn(line);
  }

  /** A failure outside of a chat request: `doing` says what was tried. */
  failure(doing: string, error: unknown): void {
    this.#channel.error(`${doing}: ${describe(error)}`);
  }

  /** The end of a discovery. */
  models(gateway: string, catalog: ModelCatalog): void {
    const attempts = catalog.attempts.map((attempt) =>
      `${attempt.path} ${attempt.error ?? attempt.status ?? ''}`.trim(),
    );
    this.#channel.info(`${gateway} offers ${catalog.models.length} models (${attempts.join(', ')})`);
    for (const issue of catalog.issues) this.#channel.warn(`${gateway}: ${issue.path}: ${issue.message}`);
  }

  /** Starts the trace of one chat request. */
  request(modelId: string, size: RequestSize): RequestTrace {
    this.#channel.debug(`${modelId}: ${sizeInWords(size)}`);
    return new RequestTrace(this.#channel, modelId, size);
  }
}

/** The trace of one chat request: fed with every part, it writes one line at the end. */
export class RequestTrace {
  readonly #channel: vscode.LogOutputChannel;
  readonly #modelId: string;
  readonly #size: RequestSize;
  readonly #start = performance.now();
  #firstPart: number | undefined;
  #response: Extract<StreamPart, { type: 'response' }> | undefined;
  #usage: Extract<StreamPart, { type: 'usage' }> | undefined;
  #finish: string | undefined;

  constructor(channel: vscode.LogOutputChannel, modelId: string, size: RequestSize) {
    this.#channel = channel;
    this.#modelId = modelId;
    this.#size = size;
  }

  /** Takes note of a part. */
  part(part: StreamPart): void {
    if (part.type === 'response') this.#response = part;
    else this.#firstPart ??= performance.now() - this.#start;
    if (part.type === 'usage') this.#usage = part;
    if (part.type === 'notice') this.#channel.info(`${this.#modelId}: ${part.message}`);
    if (part.type === 'finish')
      this.#finish = part.raw && part.raw !== part.reason ? `${part.reason} (${part.raw})` : part.reason;
  }

  /** The request ended well. */
  done(): void {
    this.#channel.info(this.#line(`finish ${this.#finish ?? 'none'}`));
  }

  /** The user stopped the request. */
  cancelled(): void {
    this.#channel.info(this.#line('stopped by the user'));
  }

  /** The request failed. */
  failed(error: unknown): void {
    this.#channel.error(this.#line(describe(error)));
  }

  #line(outcome: string): string {
    const response = this.#response;
    const usage = this.#usage;
    const facts = [
      sizeInWords(this.#size),
      this.#firstPart !== undefined && `first part after ${seconds(this.#firstPart)}`,
      seconds(performance.now() - this.#start),
      usage &&
        `${usage.inputTokens} tokens in${usage.cacheReadTokens ? ` (${usage.cacheReadTokens} from the cache)` : ''}`,
      usage && `${usage.outputTokens} out${usage.reasoningTokens ? ` (${usage.reasoningTokens} thinking)` : ''}`,
      usage && (usage.totalCost === undefined ? 'cost unknown' : `$${cost(usage.totalCost)} (by ${usage.costSource})`),
      response?.model && response.model !== this.#modelId && `answered by ${response.model}`,
      response?.attemptedRetries && `${response.attemptedRetries} retries at the gateway`,
      response?.attemptedFallbacks && `${response.attemptedFallbacks} fallbacks at the gateway`,
      response?.keySpend &&
        `key spent $${cost(response.keySpend)}${response.keyMaxBudget ? ` of $${cost(response.keyMaxBudget)}` : ''}`,
      response?.callId && `call ${response.callId}`,
      outcome,
    ];
    return `${this.#modelId}: ${facts.filter(Boolean).join(' · ')}`;
  }
}

function sizeInWords({ messages, tools }: RequestSize): string {
  return `${messages} ${messages === 1 ? 'message' : 'messages'}, ${tools} ${tools === 1 ? 'tool' : 'tools'}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** US dollars without noise: four significant digits are more than a bill needs. */
function cost(dollars: number): string {
  return String(Number(dollars.toPrecision(4)));
}

/** An error in one line: its kind and sentence, what the gateway said, and what an operator searches for. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { kind, status, detail, callId } = error as Partial<LiteLLMError>;
  const isNews = detail !== undefined && !error.message.includes(detail);
  const facts = [
    kind ?? error.name,
    error.message,
    status && `status ${status}`,
    isNews && detail,
    callId && `call ${callId}`,
  ];
  return facts.filter(Boolean).join(' · ').replace(/\s+/g, ' ');
}
