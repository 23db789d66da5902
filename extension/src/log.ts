/**
 * The output channel "LiteLLM Gateway": what was asked of the gateway and what came of it, for a user or an operator to
 * read. It never holds the key or the contents of messages, at any level. Its text is not translated, so that it can be
 * sent to whoever runs the gateway.
 */
import * as vscode from 'vscode';
import type { LiteLLMError, ModelCatalog, StreamPart } from './core.ts';
import { LogText } from './logText.ts';
import { modelOfEditor } from './modelNames.ts';

/** What a request consists of, counted. */
export interface RequestSize {
  readonly messages: number;
  readonly tools: number;
}

/** A list of thousands of models may have as many issues, and all for one reason. */
const mostIssues = 20;

/** The output channel. */
export class Log implements vscode.Disposable {
  readonly #text = new LogText();
  readonly #channel = vscode.window.createOutputChannel('LiteLLM Gateway', { log: true });

  dispose(): void {
    this.#channel.dispose();
  }

  /** A text that may quote others as one line without any secret, as it would stand in the log. */
  cleaned(text: string): string {
    return this.#text.sentence(text);
  }

  /** Opens the channel. */
  show(): void {
    this.#channel.show();
  }

  /** Keeps these texts out of everything that is written from now on. */
  keepOut(secrets: readonly string[]): void {
    this.#text.keepOut(secrets);
  }

  /** Something that an operator may want to know. */
  info(sentence: string): void {
    this.#channel.info(this.#text.sentence(sentence));
  }

  /** Something that the user should put right. */
  warn(sentence: string): void {
    this.#channel.warn(this.#text.sentence(sentence));
  }

  /** A failure outside of a chat request: `doing` says what was tried. */
  failure(doing: string, error: unknown): void {
    this.#channel.error(`${this.#text.sentence(doing)}: ${describe(error, this.#text)}`);
  }

  /** The end of a discovery. */
  models(gateway: string, catalog: ModelCatalog): void {
    const attempts = catalog.attempts.map(({ path, error, status }) =>
      this.#text.value(`${path} ${error ?? status ?? ''}`),
    );
    const count = counted(catalog.models.length, 'model', 'models');
    this.#channel.info(`${this.#text.value(gateway)} offers ${count} (${attempts.join(', ')})`);
    for (const { path, message } of catalog.issues.slice(0, mostIssues)) this.warn(`${gateway}: ${path}: ${message}`);
    const left = catalog.issues.length - mostIssues;
    if (left > 0) this.warn(`${gateway}: ${left} more like these`);
  }

  /** Starts the trace of one chat request. `modelId` is the editor's. */
  request(modelId: string, size: RequestSize): RequestTrace {
    const trace = new RequestTrace(this.#channel, this.#text, modelId, size);
    trace.begun();
    return trace;
  }
}

/** The trace of one chat request: fed with every part, it writes one line at the end. */
export class RequestTrace {
  readonly #channel: vscode.LogOutputChannel;
  readonly #text: LogText;
  readonly #modelId: string;
  readonly #size: RequestSize;
  readonly #start = performance.now();
  #firstPart: number | undefined;
  #response: Extract<StreamPart, { type: 'response' }> | undefined;
  #usage: Extract<StreamPart, { type: 'usage' }> | undefined;
  #finish: string | undefined;

  constructor(channel: vscode.LogOutputChannel, text: LogText, modelId: string, size: RequestSize) {
    this.#channel = channel;
    this.#text = text;
    this.#modelId = modelId;
    this.#size = size;
  }

  /** The request is about to be sent. */
  begun(): void {
    this.#channel.debug(`${this.#text.value(this.#modelId)}: ${sizeInWords(this.#size)}`);
  }

  /** Takes note of a part. */
  part(part: StreamPart): void {
    if (part.type === 'response') this.#response = part;
    else this.#firstPart ??= performance.now() - this.#start;
    if (part.type === 'usage') this.#usage = part;
    if (part.type === 'notice') this.#channel.info(this.#text.sentence(`${this.#modelId}: ${part.message}`));
    if (part.type === 'finish')
      this.#finish = part.raw && part.raw !== part.reason ? `${part.reason} (${part.raw})` : part.reason;
  }

  /** The request ended well. */
  done(): void {
    this.#channel.info(this.#line(this.#text.value(`finish ${this.#finish ?? 'none'}`)));
  }

  /** The user stopped the request. */
  cancelled(): void {
    this.#channel.info(this.#line('stopped by the user'));
  }

  /** The request failed. */
  failed(error: unknown): void {
    this.#channel.error(this.#line(describe(error, this.#text)));
  }

  #line(outcome: string): string {
    const response = this.#response;
    const usage = this.#usage;
    const facts = [
      sizeInWords(this.#size),
      this.#firstPart !== undefined && `first part after ${seconds(this.#firstPart)}`,
      seconds(performance.now() - this.#start),
      usage && `${counted(usage.inputTokens, 'token', 'tokens')} in${cacheInWords(usage)}`,
      usage && `${usage.outputTokens} out${usage.reasoningTokens ? ` (${usage.reasoningTokens} thinking)` : ''}`,
      usage && (usage.totalCost === undefined ? 'cost unknown' : `$${cost(usage.totalCost)} (by ${usage.costSource})`),
      response?.model &&
        response.model !== modelOfEditor(this.#modelId).modelId &&
        `answered by ${this.#text.value(response.model)}`,
      response?.attemptedRetries && `${counted(response.attemptedRetries, 'retry', 'retries')} at the gateway`,
      response?.attemptedFallbacks && `${counted(response.attemptedFallbacks, 'fallback', 'fallbacks')} at the gateway`,
      response?.keySpend &&
        `key spent $${cost(response.keySpend)}${response.keyMaxBudget ? ` of $${cost(response.keyMaxBudget)}` : ''}`,
      response?.callId && `call ${this.#text.value(response.callId)}`,
      outcome,
    ];
    return `${this.#text.value(this.#modelId)}: ${facts.filter(Boolean).join(' · ')}`;
  }
}

function sizeInWords({ messages, tools }: RequestSize): string {
  return `${counted(messages, 'message', 'messages')}, ${counted(tools, 'tool', 'tools')}`;
}

/** What of a prompt the provider's cache gave, and what was written to it. */
function cacheInWords({ cacheReadTokens, cacheWriteTokens }: Extract<StreamPart, { type: 'usage' }>): string {
  const facts = [
    cacheReadTokens && `${cacheReadTokens} from the cache`,
    cacheWriteTokens && `${cacheWriteTokens} written to ${cacheReadTokens ? 'it' : 'the cache'}`,
  ].filter(Boolean);
  return facts.length > 0 ? ` (${facts.join(', ')})` : '';
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** US dollars without noise: four significant digits are more than a bill needs. */
function cost(dollars: number): string {
  return String(Number(dollars.toPrecision(4)));
}

/** An error in one line: its kind and sentence, what the gateway said, and what an operator searches for. */
function describe(error: unknown, text: LogText): string {
  if (!(error instanceof Error)) return text.sentence(String(error));
  const { kind, status, detail, callId } = error as Partial<LiteLLMError>;
  const isNews = detail !== undefined && !error.message.includes(detail);
  const facts = [
    text.value(kind ?? error.name),
    text.sentence(error.message),
    status && `status ${status}`,
    isNews && text.sentence(detail),
    callId && `call ${text.value(callId)}`,
  ];
  return facts.filter(Boolean).join(' · ');
}
