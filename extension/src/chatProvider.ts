/** The gateway's models in the editor's chat: the Language Model Chat Provider. It lists, answers and counts; what to send and what came is the core's. */
import * as vscode from 'vscode';
import { toCallOptions } from './callOptions.ts';
import type { Message, StreamPart } from './core.ts';
import { plainError, presentError } from './errors.ts';
import type { FailureMessages } from './failureMessages.ts';
import { LeftOut } from './leftOut.ts';
import type { Log } from './log.ts';
import { toConversation } from './messageConversion.ts';
import type { ModelInformation } from './modelInformation.ts';
import type { OfferedModels, Target } from './offeredModels.ts';
import { conversationOf } from './proposedFields.ts';
import { ReplyReporter } from './replyReporter.ts';
import type { RequestUsage, UsagePart } from './requestUsage.ts';
import { ThoughtMemory } from './thoughts.ts';
import type { TokenCounter } from './tokenCounter.ts';
import { withWholeCalls } from './wholeCalls.ts';

/** The vendor of our profiles' models. It is part of users' stored settings, so it never changes. */
export const vendor = 'litellm-gateway';

/**
 * The vendor of the groups that the editor keeps. It is another one: an editor takes what the user chooses for a model of a
 * vendor with groups to be of a group, and forgets it for models that are in none.
 */
export const groupVendor = 'litellm-gateway-group';

/** The provider of a vendor's models. What is remembered of a model is kept by its id in the editor, which names its profile. */
export class ChatProvider implements vscode.LanguageModelChatProvider<ModelInformation> {
  readonly #models: OfferedModels;
  readonly #tokens: TokenCounter;
  readonly #usage: RequestUsage;
  readonly #failures: FailureMessages;
  readonly #log: Log;
  readonly #thoughts = new ThoughtMemory();
  readonly #leftOut = new LeftOut();
  readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;

  constructor(models: OfferedModels, tokens: TokenCounter, usage: RequestUsage, failures: FailureMessages, log: Log) {
    this.#models = models;
    this.#tokens = tokens;
    this.#usage = usage;
    this.#failures = failures;
    this.#log = log;
    this.onDidChangeLanguageModelChatInformation = models.onDidChange;
  }

  /** The models. */
  provideLanguageModelChatInformation(
    options: vscode.PrepareLanguageModelChatModelOptions,
  ): Promise<ModelInformation[]> {
    return this.#models.offer(options);
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
    // A count of our own is for the chat alone: the log tells what the gateway says.
    const onCounted = (usage: UsagePart) => {
      if (!token.isCancellationRequested) reporter.report(usage);
    };
    const asked: { target?: Target | undefined } = {};
    const answer = async () => {
      asked.target = await this.#models.target(model);
      if (asked.target) await this.#answer(asked.target, model, messages, options, abort.signal, onPart, onCounted);
    };
    try {
      const reply = answer();
      // The user's stop ends this request, whatever the connection still does.
      if ((await Promise.race([reply, stopped])) === 'stopped') {
        reply.catch(() => undefined);
        trace.cancelled();
        return;
      }
      if (asked.target) {
        trace.done();
        asked.target.gateway.retryListing();
        this.#failures.answered(asked.target.gateway.id, conversationOf(options));
        return;
      }
    } catch (error) {
      if (token.isCancellationRequested) {
        trace.cancelled();
        return;
      }
      trace.failed(error);
      const told = await this.#told(error, asked.target, conversationOf(options));
      await reporter.handedOn();
      throw told;
    } finally {
      stop?.dispose();
    }
    const gone = plainError(vscode.l10n.t('The gateway of this model was removed. Choose another model.'));
    trace.failed(gone);
    throw gone;
  }

  /** The tokens of a text or of a message's texts. */
  provideTokenCount(model: ModelInformation, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    return this.#tokens.count(model.id, text);
  }

  /** The error as the chat shows it; what can be done about it is shown beside. */
  async #told(error: unknown, target: Target | undefined, conversation: string | undefined): Promise<Error> {
    const context = { ...(await target?.gateway.errorContext()), ...(target && { modelId: target.modelId }) };
    const presented = presentError(error, { ...context, doing: 'chat' });
    const { sentence } = presented;
    if (target) {
      const { gateway } = target;
      if (presented.kind === 'budget_exceeded') this.#usage.budgetUsedUp(gateway);
      const shown = { sentence: gateway.named(sentence), profile: gateway.id, conversation };
      this.#failures.tell({ error, presented, context, ...shown });
    }
    return plainError(sentence);
  }

  async #answer(
    { gateway, modelId }: Target,
    model: ModelInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    signal: AbortSignal,
    onPart: (part: StreamPart) => void,
    onCounted: (usage: UsagePart) => void,
  ): Promise<void> {
    const handler = await gateway.handler(modelId);
    const conversation = toConversation(messages, (callId) => this.#thoughts.recall(model.id, callId));
    const callOptions = toCallOptions(options, signal);
    const { info } = handler.getModel();
    this.#leftOut.tell(model, info, conversation.messages, callOptions.sessionId);
    const sent = { gateway, modelId, editorModelId: model.id, info, options: callOptions };
    const ask = async function* (this: ChatProvider, asked: readonly Message[]) {
      const prompt = { system: conversation.system, messages: [...asked] };
      const running = this.#usage.begin({ ...sent, prompt });
      try {
        for await (const part of handler.createMessage(prompt.system, prompt.messages, callOptions)) {
          running.part(part);
          yield part;
          // Nobody waits for what is learned: a failure there is told, and costs the answer nothing.
          if (part.type === 'usage') {
            this.#tokens
              .learn(model.id, prompt, callOptions.tools, part.inputTokens)
              .catch((error: unknown) => this.#log.failure('Learning how the model counts tokens', error));
          }
        }
      } finally {
        // What came is charged, whatever ended it.
        const counted = await this.#usage.end(running);
        if (counted) onCounted(counted);
      }
    }.bind(this);
    const told = (error: Error) =>
      this.#log.info(`${model.id}: ${error.message} The model was told so, and asked again.`);
    for await (const part of withWholeCalls(conversation.messages, ask, told)) onPart(part);
  }
}
