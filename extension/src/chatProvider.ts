/** The gateway's models in the editor's chat: the Language Model Chat Provider. It lists, answers and counts; what to send and what came is the core's. */
import * as vscode from 'vscode';
import { toCallOptions } from './callOptions.ts';
import { commands } from './commands.ts';
import type { StreamPart } from './core.ts';
import { plainError, presentError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import type { Log } from './log.ts';
import { toConversation } from './messageConversion.ts';
import { type ModelInformation, modelInformation } from './modelInformation.ts';
import type { Notifications } from './notifications.ts';
import { ReplyReporter } from './replyReporter.ts';
import { ThoughtMemory } from './thoughts.ts';
import type { TokenCounter } from './tokenCounter.ts';

/** The vendor of our models. It is part of users' stored settings, so it never changes. */
export const vendor = 'litellm-gateway';

/** The provider of the vendor's models. */
export class ChatProvider implements vscode.LanguageModelChatProvider<ModelInformation> {
  readonly #gateway: Gateway;
  readonly #tokens: TokenCounter;
  readonly #log: Log;
  readonly #notifications: Notifications;
  readonly #thoughts = new ThoughtMemory();
  readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;

  constructor(gateway: Gateway, tokens: TokenCounter, log: Log, notifications: Notifications) {
    this.#gateway = gateway;
    this.#tokens = tokens;
    this.#log = log;
    this.#notifications = notifications;
    this.onDidChangeLanguageModelChatInformation = gateway.onDidChange;
  }

  /**
   * The models. Quiet: a failure is in the log, and shown when the user asks a model. Not silent is the editor's "Add
   * Models", for which the user enters an address and a key in the settings panel.
   */
  async provideLanguageModelChatInformation({
    silent,
  }: vscode.PrepareLanguageModelChatModelOptions): Promise<ModelInformation[]> {
    if (!silent) void vscode.commands.executeCommand(commands.openSettings);
    const { models } = await this.#gateway.models();
    return modelInformation(models);
  }

  /** Answers a request, reporting each part as it comes. A failure is an error with a sentence for the user. */
  async provideLanguageModelChatResponse(
    model: ModelInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const trace = this.#log.request(model.id, { messages: messages.length, tools: options.tools?.length ?? 0 });
    const abort = new AbortController();
    let stop: vscode.Disposable | undefined;
    const stopped = new Promise<'stopped'>((resolve) => {
      stop = token.onCancellationRequested(() => {
        abort.abort();
        resolve('stopped');
      });
      if (token.isCancellationRequested) resolve('stopped');
    });
    const reporter = new ReplyReporter(progress, (callId, thoughts) =>
      this.#thoughts.remember(model.id, callId, thoughts),
    );
    const onPart = (part: StreamPart) => {
      if (token.isCancellationRequested) return;
      trace.part(part);
      reporter.report(part);
    };
    try {
      const reply = this.#answer(model, messages, options, abort.signal, onPart);
      // The user's stop ends this request, whatever the connection still does.
      if ((await Promise.race([reply, stopped])) === 'stopped') {
        reply.catch(() => undefined);
        trace.cancelled();
        return;
      }
      trace.done();
      this.#gateway.answered();
    } catch (error) {
      if (token.isCancellationRequested) {
        trace.cancelled();
        return;
      }
      trace.failed(error);
      const context = await this.#gateway.errorContext();
      const presented = presentError(error, { ...context, modelId: model.id, doing: 'chat' });
      if (presented.kind === 'auth' || presented.kind === 'settings') {
        this.#notifications.warnOnce(presented.sentence, presented.actions);
      }
      throw plainError(presented.sentence);
    } finally {
      stop?.dispose();
    }
  }

  /** The tokens of a text or of a message's texts. */
  provideTokenCount(model: ModelInformation, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    return this.#tokens.count(model.id, text);
  }

  async #answer(
    model: ModelInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    signal: AbortSignal,
    onPart: (part: StreamPart) => void,
  ): Promise<void> {
    const handler = await this.#gateway.handler(model.id);
    const conversation = toConversation(messages, (callId) => this.#thoughts.recall(model.id, callId));
    const callOptions = toCallOptions(options, signal);
    for await (const part of handler.createMessage(conversation.system, conversation.messages, callOptions)) {
      onPart(part);
      // Nobody waits for what is learned: a failure there is told, and costs the answer nothing.
      if (part.type === 'usage') {
        this.#tokens
          .learn(model.id, conversation, callOptions.tools, part.inputTokens)
          .catch((error: unknown) => this.#log.failure('Learning how the model counts tokens', error));
      }
    }
  }
}
