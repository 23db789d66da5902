import {
  ConnectionTest,
  type Encryption,
  type Handler,
  type StepCause,
  type StepName,
  type StepRequest,
  type StepStatus,
  type Usage,
} from '../pkg/litellm_wasm.js';
import type { LiteLLMHandler } from './handler.ts';
import { ifAlive, inCore, inCoreLater } from './instance.ts';
import { onFirst } from './leaving.ts';
import { LiteLLMError } from './liteLLMError.ts';
import { Transport } from './transport.ts';
import { currentInstance } from './trap.ts';

/** One step of a connection test. */
export interface ConnectionStep {
  step: StepName;
  status: StepStatus;
  /** In milliseconds. */
  durationMs: number;
  /** What was found, in words; nothing for a skipped step. */
  detail: string;
  /** Why the step failed. */
  error?: LiteLLMError;
  /** How many models the key sees; only of the step `models`. */
  modelCount?: number;
  /** Whether the chosen model is among them; only of the step `models`. */
  hasModel?: boolean;
  /** The time until the answer began; only of the step `chat`. */
  firstPartMs?: number;
  /** What was asked, without a query; of a step that made a request. */
  request?: StepRequest;
  /** The HTTP status that came. */
  replyStatus?: number;
  /** Whether the connection is encrypted, as far as it is known; only of the step `reachable`. */
  encryption?: Encryption;
  /** The gateway's version, where it tells it; only of the step `gateway`. */
  version?: string;
  /** What made the step fail, where more is known than the kind of its error. */
  cause?: StepCause;
  /** The base URL under which a gateway was found in place of this one. */
  rightBaseUrl?: string;
  /** What the answer cost in US dollars, where that is known; only of the step `chat`. */
  totalCost?: number;
}

/** Makes the steps one after the other. `signal` stops the test, and so does `left`. */
export async function* connectionSteps(
  core: Handler,
  handler: LiteLLMHandler,
  signal: AbortSignal | undefined,
  left: AbortSignal,
): AsyncGenerator<ConnectionStep, void, undefined> {
  const born = currentInstance();
  const transport = new Transport();
  const test = core.testConnection(transport);
  const chatStop = new AbortController();
  const abort = () => {
    transport.abort();
    chatStop.abort();
  };
  const forget = onFirst([signal, left], abort);
  let failed = false;
  try {
    for (;;) {
      const started = performance.now();
      const outcome = await inCoreLater(() => test.next());
      if (outcome === undefined) break;
      const { error, ...step } = outcome;
      failed ||= step.status === 'failed';
      const durationMs = performance.now() - started;
      yield { ...step, durationMs, ...(error === undefined ? {} : { error: new LiteLLMError(error) }) };
    }
    yield failed
      ? { step: 'chat', status: 'skipped', durationMs: 0, detail: '' }
      : await chatStep(
          handler,
          inCore(() => test.chatUrl),
          chatStop.signal,
        );
  } finally {
    forget();
    abort();
    ifAlive(born, () => test.free());
  }
}

/** One short real answer. */
async function chatStep(handler: LiteLLMHandler, url: string, signal: AbortSignal): Promise<ConnectionStep> {
  const request = { method: 'POST', url } as const;
  const started = performance.now();
  const sinceStart = () => performance.now() - started;
  let firstPartMs: number | undefined;
  let usage: Usage | undefined;
  let reason = '';
  try {
    const messages = [{ role: 'user' as const, content: ConnectionTest.chatPrompt() }];
    for await (const part of handler.createMessage('', messages, {
      maxTokens: ConnectionTest.chatMaxTokens(),
      signal,
    })) {
      if (part.type === 'usage') usage = part;
      else if (part.type === 'finish') reason = part.reason;
      else if (ConnectionTest.isAnswer(part.type)) firstPartMs ??= sinceStart();
    }
    return {
      step: 'chat',
      status: 'ok',
      durationMs: sinceStart(),
      request,
      replyStatus: 200,
      detail: inCore(() => ConnectionTest.chatOutcome(handler.getModel().id, firstPartMs !== undefined, reason)),
      ...(firstPartMs === undefined ? {} : { firstPartMs }),
      ...(usage?.totalCost === undefined ? {} : { totalCost: usage.totalCost }),
    };
  } catch (error) {
    if (!(error instanceof LiteLLMError)) throw error;
    const { message: detail, status } = error;
    const replyStatus = status === undefined ? {} : { replyStatus: status };
    return { step: 'chat', status: 'failed', durationMs: sinceStart(), detail, request, ...replyStatus, error };
  }
}
