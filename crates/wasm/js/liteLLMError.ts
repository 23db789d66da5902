import type { DiscoveryAttempt, ErrorFields, ErrorKind } from '../pkg/litellm_wasm.js';

/** The one error of this module. `message` is a sentence for a user, `detail` the gateway's own words. */
export class LiteLLMError extends Error {
  override readonly name = 'LiteLLMError';
  /** The class of the failure. */
  readonly kind: ErrorKind;
  /** The HTTP status, where one came. */
  readonly status: number | undefined;
  /** How long the gateway asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The `x-litellm-call-id` of the call, for the gateway's operator. */
  readonly callId: string | undefined;
  /** The gateway's own words, never with the key. */
  readonly detail: string | undefined;
  /** The guardrails that refused the content, or that may have. */
  readonly guardrail: string | undefined;
  /** The deployment that was asked (`x-litellm-model-id`). */
  readonly modelId: string | undefined;
  /** What the gateway asked (`x-litellm-model-name`). */
  readonly model: string | undefined;
  /** How often the gateway tried again. */
  readonly attemptedRetries: number | undefined;
  /** How many other models the gateway asked instead. */
  readonly attemptedFallbacks: number | undefined;
  /** How often the request was sent again from here. */
  readonly retries: number;
  /**
   * What to tell the model so that it can put right what it did, such as a tool call with arguments that are no JSON: a message
   * for the conversation.
   */
  readonly forModel: string | undefined;
  /** What `listModels` asked, and what came, where it found no list. */
  readonly attempts: DiscoveryAttempt[] | undefined;

  constructor(fields: ErrorFields) {
    super(fields.message);
    this.kind = fields.kind;
    this.status = fields.status;
    this.retryAfterMs = fields.retryAfterMs;
    this.retryable = fields.retryable;
    this.callId = fields.callId;
    this.detail = fields.detail;
    this.guardrail = fields.guardrail;
    this.modelId = fields.modelId;
    this.model = fields.model;
    this.attemptedRetries = fields.attemptedRetries;
    this.attemptedFallbacks = fields.attemptedFallbacks;
    this.retries = fields.retries ?? 0;
    this.forModel = fields.forModel;
    this.attempts = fields.attempts;
  }
}

/** What to throw for what the core threw: its plain object as an error, anything else as it is. */
export function toError(thrown: unknown): unknown {
  return isErrorFields(thrown) ? new LiteLLMError(thrown) : thrown;
}

function isErrorFields(value: unknown): value is ErrorFields {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && 'kind' in value;
}
