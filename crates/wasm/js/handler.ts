import {
  type CostSource,
  type GatewayCount,
  Handler,
  type KeyInfo,
  type McpEndpoint,
  type McpServer,
  type ModelCatalog,
  type ModelInfo,
  type StreamPart,
  type Usage,
} from '../pkg/litellm_wasm.js';
import { ChatAnswer } from './chatAnswer.ts';
import { type ConnectionStep, connectionSteps } from './connectionSteps.ts';
import { inCore, inCoreLater, usableInstance } from './instance.ts';
import { assertSignal, leavable, onFirst } from './leaving.ts';
import type { ContentBlock, CreateMessageOptions, Message, SettingsInput, Tool } from './messages.ts';
import { catalogOf } from './modelTable.ts';
import { notWaitedFor, SharedDiscovery } from './sharedDiscovery.ts';
import { countTokens, initTokens, textsOf } from './tokens.ts';
import { Transport } from './transport.ts';

/** A gateway, a key and a model: lists models, chats, and says what that costs. */
export class LiteLLMHandler {
  readonly #make: () => Handler;
  #core: Handler;
  #madeIn: number;
  #catalog: ModelCatalog | undefined;
  #discovery: SharedDiscovery | undefined;

  /** Throws a `LiteLLMError` of kind `settings` when an issue is fatal. */
  constructor(settings: SettingsInput | unknown) {
    this.#make = settings instanceof HandlerMaker ? settings.make : () => inCore(() => new Handler(settings));
    this.#madeIn = usableInstance();
    this.#core = this.#make();
  }

  /** The handler inside the core, made again when a trap took the one before along. */
  #handler(): Handler {
    const instance = usableInstance();
    if (this.#madeIn !== instance) {
      this.#core = this.#make();
      this.#madeIn = instance;
      this.#catalog = undefined;
      this.#discovery = undefined;
    }
    return this.#core;
  }

  /**
   * A handler for another model of this gateway: what either learns of the gateway's models, both know. `modelInfo` in the
   * settings holds for this handler's model alone, of any other the settings' `modelOverrides` tell.
   */
  withModel(modelId: string): LiteLLMHandler {
    return new LiteLLMHandler(new HandlerMaker(() => inCore(() => this.#handler().withModel(modelId))));
  }

  /**
   * The gateway's models, from `/v1/model/info`, else `/model_group/info`, else `/v1/models`. A success is kept until
   * `refresh`; a failure is not. All who ask at the same time share one request.
   */
  async listModels(options: { signal?: AbortSignal; refresh?: boolean } = {}): Promise<ModelCatalog> {
    assertSignal(options.signal);
    this.#handler();
    if (this.#catalog !== undefined && options.refresh !== true) return this.#catalog;
    if (options.signal?.aborted) throw notWaitedFor();
    if (this.#discovery === undefined || this.#discovery.isStopped) this.#discovery = this.#discover();
    return this.#discovery.join(options.signal);
  }

  /**
   * The models as they were listed last, in bytes that another process can restore; undefined before there is a list. No
   * address, key or header is in them, so whoever stores them remembers beside them what they were listed for.
   */
  keptModels(): Uint8Array | undefined {
    const core = this.#handler();
    return this.#catalog && inCore(() => core.kept());
  }

  /**
   * Takes the models that `keptModels` gave, with their prices and limits, until they are listed anew; undefined where the
   * bytes are anything else, cut or changed. How they were found is not kept.
   */
  restoreModels(kept: Uint8Array): ModelCatalog | undefined {
    const core = this.#handler();
    const table = inCore(() => core.restore(kept));
    if (table !== undefined) this.#catalog = catalogOf(table);
    return table && this.#catalog;
  }

  /** The names of the gateway's guardrails (`GET /guardrails/list`); none when it does not tell them to this key. */
  async listGuardrails(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    const lines = await this.#ask(options.signal, (core, transport) => core.listGuardrails(transport));
    return lines === '' ? [] : lines.split('\n');
  }

  /**
   * What the key has spent and may spend (`GET /key/info`). Undefined when the gateway does not tell it to this key, or has no
   * database of keys; throws a `LiteLLMError` when it was not reached or can't tell now.
   */
  async keyInfo(options: { signal?: AbortSignal } = {}): Promise<KeyInfo | undefined> {
    return this.#ask(options.signal, (core, transport) => core.keyInfo(transport));
  }

  /**
   * The gateway's servers of the Model Context Protocol that this key may use (`GET /v1/mcp/server`); none when the gateway has
   * none, does not know such a list, or does not show it to this key. Throws a `LiteLLMError` when it can't be asked.
   */
  async listMcpServers(options: { signal?: AbortSignal } = {}): Promise<McpServer[]> {
    return this.#ask(options.signal, (core, transport) => core.mcp(undefined, transport)) as Promise<McpServer[]>;
  }

  /**
   * How to reach one of these servers through the gateway, with the key; undefined for a name that none can have. The address is
   * tried first (`POST /mcp/…`, a `ping`, and `GET`): whoever connects to it may follow redirects and take the key along. Throws a
   * `LiteLLMError` of kind `protocol` where it leads away from the gateway; one within it is followed.
   */
  async mcpEndpoint(name: string, options: { signal?: AbortSignal } = {}): Promise<McpEndpoint | undefined> {
    return this.#ask(options.signal, (core, transport) => core.mcp(name, transport)) as Promise<
      McpEndpoint | undefined
    >;
  }

  /** Asks the gateway something that can be stopped. */
  async #ask<Answer>(
    signal: AbortSignal | undefined,
    question: (core: Handler, transport: Transport) => Promise<Answer>,
  ): Promise<Answer> {
    assertSignal(signal);
    const core = this.#handler();
    const transport = new Transport();
    const forget = onFirst([signal], () => transport.abort());
    try {
      return await inCoreLater(() => question(core, transport));
    } finally {
      forget();
    }
  }

  #discover(): SharedDiscovery {
    const discovery = new SharedDiscovery(this.#handler());
    const done = () => {
      if (this.#discovery === discovery) this.#discovery = undefined;
    };
    discovery.result.then((catalog) => {
      this.#catalog = catalog;
      done();
    }, done);
    return discovery;
  }

  /** The configured model, with what is known of it so far. */
  getModel(): { id: string; info: ModelInfo } {
    return inCore(() => this.#handler().getModel());
  }

  /**
   * Asks the model and hands out the parts of its answer as they come (`POST /v1/chat/completions`). Leaving the loop, or the
   * signal, closes the connection at once. Throws a `LiteLLMError`; the parts before it count.
   */
  createMessage(
    system: string,
    messages: readonly Message[],
    options?: CreateMessageOptions,
  ): AsyncGenerator<StreamPart, void, undefined> {
    const { signal, ...others } = options ?? {};
    const open = (transport: Transport) => {
      assertSignal(signal);
      const core = this.#handler();
      return inCore(() => core.openChat(system, messages, others, transport));
    };
    const timeoutMs = inCore(() => this.#handler().timeoutMs);
    return new ChatAnswer(open, timeoutMs, signal);
  }

  /** The text of the answer to one prompt; "" when the model gave none. */
  async completePrompt(prompt: string, options?: CreateMessageOptions): Promise<string> {
    let text = '';
    for await (const part of this.createMessage('', [{ role: 'user', content: prompt }], options)) {
      if (part.type === 'text') text += part.text;
    }
    return text;
  }

  /**
   * The exact number of `o200k_base` tokens of a text, or of the texts of content blocks together. It is counted here,
   * without a request; the first call loads the counter.
   */
  async countTokens(content: string | readonly ContentBlock[]): Promise<number> {
    await initTokens();
    return textsOf(content).reduce((sum, text) => sum + countTokens(text), 0);
  }

  /**
   * The gateway's own count of the tokens of a text, or of a prompt as a chat would send it (`POST /utils/token_counter`): by
   * the provider's counter where there is one, else by the gateway's tokenizer for the model. Throws a `LiteLLMError`.
   */
  async countTokensAtGateway(
    content: string | { system?: string; messages: readonly Message[]; tools?: readonly Tool[] },
    options: { signal?: AbortSignal } = {},
  ): Promise<GatewayCount> {
    return this.#ask(options.signal, (core, transport) => core.countAtGateway(content, transport));
  }

  /** What so much usage costs by the model's prices, else by the gateway's `/spend/calculate`; undefined when unknown. */
  async calculateCost(usage: Usage): Promise<{ totalCost: number; costSource: CostSource } | undefined> {
    return inCoreLater(() => this.#handler().calculateCost(usage));
  }

  /** Tests the connection step by step, in this order: address, reachable, gateway, key, models, chat. */
  testConnection(options: { signal?: AbortSignal } = {}): AsyncGenerator<ConnectionStep, void, undefined> {
    assertSignal(options.signal);
    return leavable((left) => connectionSteps(this.#handler(), this, options.signal, left));
  }
}

/** How the core makes a handler, in place of settings. */
export class HandlerMaker {
  constructor(readonly make: () => Handler) {}
}
