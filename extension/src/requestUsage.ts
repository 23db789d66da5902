/**
 * What each chat request takes, from when it is sent: an estimate of its price while it runs, and at its end what goes into the
 * ledger. Where the gateway tells no figures, those that are counted here stand in for them and are marked as such: the editor
 * fills its view of the context from them.
 */
import * as vscode from 'vscode';
import { accountOf, type BudgetSource, type Budgets } from './budgets.ts';
import type { Core, CreateMessageOptions, ModelInfo, StreamPart } from './core.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Conversation } from './messageConversion.ts';
import type { TokenCounter } from './tokenCounter.ts';

/** A part with what an answer took. */
export type UsagePart = Extract<StreamPart, { type: 'usage' }>;

/** A request that is about to be sent. */
export interface SentRequest {
  /** The gateway of the profile. */
  readonly gateway: BudgetSource;
  /** The gateway's id of the model, and the editor's. */
  readonly modelId: string;
  readonly editorModelId: string;
  /** What is known of the model. */
  readonly info: ModelInfo;
  readonly prompt: Conversation;
  readonly options: CreateMessageOptions;
}

/** The size of the prompt that the conversation had last: the next one has no less. */
export interface LastPrompt {
  readonly info: ModelInfo;
  /** Tokens of the prompt and of the answer, which is part of the next prompt. */
  readonly tokens: number;
  /** How many of these a provider may have in its cache. */
  readonly cacheable: number;
}

/** Longer answers are not kept to be counted: what is beyond is not in the estimate. */
const longestCounted = 4_000_000;

/** Watches the requests of this window. */
export class RequestUsage implements vscode.Disposable {
  readonly #core: Core;
  readonly #tokens: TokenCounter;
  readonly #ledger: Ledger;
  readonly #budgets: Budgets;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #running = new Set<RunningRequest>();
  #last:
    | { readonly conversation: string | undefined; readonly hasTools: boolean; readonly prompt: LastPrompt }
    | undefined;

  #lastAsked: BudgetSource | undefined;
  readonly #asked = new Map<string, BudgetSource>();

  /** Fires when another request runs, or what is expected of one is known. */
  readonly onDidChange = this.#changed.event;

  constructor(core: Core, tokens: TokenCounter, ledger: Ledger, budgets: Budgets, log: Log) {
    this.#core = core;
    this.#tokens = tokens;
    this.#ledger = ledger;
    this.#budgets = budgets;
    this.#log = log;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The gateway that was asked last. */
  get lastAsked(): BudgetSource | undefined {
    return this.#lastAsked;
  }

  /** The gateways that were asked in this window. */
  get asked(): readonly BudgetSource[] {
    return [...this.#asked.values()];
  }

  /** What the requests under way cost at least, in US dollars; undefined when none runs or a price is not known. */
  get expectedCost(): number | undefined {
    const costs = [...this.#running].map(({ expectedCost }) => expectedCost).filter((cost) => cost !== undefined);
    return costs.length > 0 ? costs.reduce((one, other) => one + other) : undefined;
  }

  /** What the next request of the conversation that was asked last costs at least, in US dollars; undefined when unknown. */
  async nextCost(): Promise<number | undefined> {
    const last = this.#last?.prompt;
    if (last === undefined) return undefined;
    const litellm = await this.#core.load();
    return litellm.estimateCost(last.info, {
      inputTokens: last.tokens,
      outputTokens: 0,
      cacheReadTokens: last.cacheable,
    });
  }

  /** A request was refused since the budget of the key is used up: the figures of it are asked for. Waits for nothing. */
  budgetUsedUp(gateway: BudgetSource): void {
    this.#asked.set(accountOf(gateway), gateway);
    void this.#budgets.refresh(gateway);
  }

  /** A gateway is not there any more: it is not asked for figures again. */
  removed(gateway: BudgetSource): void {
    const account = accountOf(gateway);
    if (this.#asked.get(account) === gateway) this.#asked.delete(account);
    if (this.#lastAsked === gateway) this.#lastAsked = undefined;
    this.#changed.fire();
  }

  /** Begins to watch a request. Nothing of it is waited for. */
  begin(request: SentRequest): RunningRequest {
    const running = new RunningRequest(request, () => this.#count(request));
    const { gateway } = request;
    this.#lastAsked = gateway;
    this.#asked.set(accountOf(gateway), gateway);
    this.#running.add(running);
    running
      .counted()
      .then(async (inputTokens) => {
        if (inputTokens === undefined || !this.#running.has(running)) return;
        const litellm = await this.#core.load();
        const cacheReadTokens = this.#cacheable(request, inputTokens);
        running.expectedCost = litellm.estimateCost(request.info, { inputTokens, outputTokens: 0, cacheReadTokens });
        this.#changed.fire();
      })
      .catch((error: unknown) => this.#log.failure('Estimating the price of a request', error));
    return running;
  }

  /**
   * The request is over, however. Gives what it took where the gateway did not say so, for the chat; undefined where it did,
   * and where nothing came.
   */
  async end(running: RunningRequest): Promise<UsagePart | undefined> {
    this.#running.delete(running);
    this.#changed.fire();
    const { request, usage: told, hasAnswer } = running;
    if (told === undefined && !hasAnswer) return undefined;
    const usage = told ?? (await this.#estimate(running));
    const { gateway, modelId, info, options } = request;
    // What can't be counted was an answer all the same, of unknown cost.
    const { inputTokens = 0, outputTokens = 0, cacheReadTokens, totalCost } = usage ?? {};
    const figures = { inputTokens, outputTokens, cacheReadTokens, totalCost };
    const { id: profile } = gateway;
    this.#ledger.add({ profile, account: accountOf(gateway), modelId, ...figures, isEstimate: told === undefined });
    if (running.response) this.#budgets.replied(gateway, running.response);
    void this.#budgets.answered(gateway, totalCost);
    if (usage === undefined) return undefined;
    const hasTools = (options.tools?.length ?? 0) > 0;
    // A chat asks for titles and summaries beside the conversation, without tools.
    if (!this.#last?.hasTools || hasTools || this.#last.conversation !== options.sessionId) {
      // Thinking is no part of what is sent next.
      const tokens = usage.inputTokens + Math.max(0, usage.outputTokens - (usage.reasoningTokens ?? 0));
      const isCaching = info.supportsPromptCache || (usage.cacheReadTokens ?? 0) > 0;
      const prompt = { info, tokens, cacheable: isCaching ? usage.inputTokens : 0 };
      this.#last = { conversation: options.sessionId, hasTools, prompt };
    }
    return told === undefined ? usage : undefined;
  }

  async #estimate(running: RunningRequest): Promise<UsagePart | undefined> {
    const { request, answer } = running;
    try {
      const [inputTokens, outputTokens] = await Promise.all([
        this.#count(request, { isNeeded: true }),
        this.#tokens.count(request.editorModelId, answer),
      ]);
      if (inputTokens === undefined) return undefined;
      const litellm = await this.#core.load();
      const cacheReadTokens = this.#cacheable(request, inputTokens);
      const totalCost = litellm.estimateCost(request.info, { inputTokens, outputTokens, cacheReadTokens });
      return { type: 'usage', inputTokens, outputTokens, ...(totalCost !== undefined && { totalCost }) };
    } catch (error) {
      this.#log.failure('Counting what an answer took', error);
      return undefined;
    }
  }

  /** How much of a prompt the provider may have in its cache: what the same conversation sent last. */
  #cacheable({ info, options }: SentRequest, inputTokens: number): number {
    const last = this.#last;
    const isSame = last !== undefined && options.sessionId !== undefined && last.conversation === options.sessionId;
    return isSame && last.prompt.info.id === info.id ? Math.min(last.prompt.cacheable, inputTokens) : 0;
  }

  #count({ editorModelId, prompt, options }: SentRequest, need?: { isNeeded: boolean }): Promise<number | undefined> {
    return this.#tokens.countPrompt(editorModelId, prompt, options.tools, need);
  }
}

/** A request under way. */
export class RunningRequest {
  readonly request: SentRequest;
  readonly #count: () => Promise<number | undefined>;
  readonly #pieces: string[] = [];
  #length = 0;
  /** What the gateway said of it. */
  usage: UsagePart | undefined;
  response: Extract<StreamPart, { type: 'response' }> | undefined;
  /** Whether anything of an answer came. */
  hasAnswer = false;
  /** What the prompt costs, in US dollars, once that is known. */
  expectedCost: number | undefined;

  constructor(request: SentRequest, count: () => Promise<number | undefined>) {
    this.request = request;
    this.#count = count;
  }

  /** The tokens of the prompt, counted after what is under way now. */
  async counted(): Promise<number | undefined> {
    // The request is sent first: counting a long prompt takes some milliseconds.
    await new Promise((resolve) => setTimeout(resolve));
    return this.#count();
  }

  /** All that came of the answer, as one text. */
  get answer(): string {
    return this.#pieces.join('');
  }

  /** Takes note of a part. */
  part(part: StreamPart): void {
    switch (part.type) {
      case 'usage':
        this.usage = part;
        return;
      case 'response':
        this.response = part;
        return;
      case 'text':
      case 'reasoning':
      case 'refusal':
        this.#keep(part.text);
        return;
      case 'tool_call':
        this.#keep(part.name);
        this.#keep(part.arguments);
        return;
      default:
        return;
    }
  }

  #keep(text: string): void {
    this.hasAnswer = true;
    this.#length += text.length;
    if (this.#length <= longestCounted) this.#pieces.push(text);
  }
}
