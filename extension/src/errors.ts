/**
 * From a failure to what the user reads: a sentence in the user's language that names the cause and what to do, and buttons
 * for it.
 *
 * The core's errors carry an English sentence, which is exact and quotes the gateway. It is shown as it stands unless the
 * editor's language has translations: there a sentence for the kind stands in its place, with the gateway's words behind it.
 */
import * as vscode from 'vscode';
import type { ErrorKind, LiteLLMError } from './core.ts';
import { type WithheldKey, withheldSentence } from './keyBinding.ts';
import { withoutTurning } from './logText.ts';
import { MissingPart } from './missingPart.ts';
import { settingsSection } from './profiles.ts';

/** What a user can do about a failure, in the extension's own commands. */
export type ErrorAction = 'openSettings' | 'refreshModels' | 'showLog' | 'showUsage';

/** A failure as it is shown. */
export interface PresentedError {
  readonly kind: ErrorKind | 'internal';
  readonly sentence: string;
  readonly actions: readonly ErrorAction[];
}

/** Where the failure happened, as far as it is known: named in the sentence. */
export interface ErrorContext {
  readonly modelId?: string;
  /** The gateway's address without its query. */
  readonly gateway?: string;
  /** What was asked of the gateway. */
  readonly doing?: 'chat' | 'list';
  /** A saved key that this gateway does not get: why it misses one. */
  readonly withheld?: WithheldKey;
}

/** The longest text that is shown. */
const longestText = 600;

/** The sentence and the buttons for whatever was thrown. */
export function presentError(error: unknown, context: ErrorContext = {}): PresentedError {
  if (isLiteLLMError(error)) {
    if (error.kind === 'auth' && context.withheld) {
      return {
        kind: 'auth',
        sentence: withheldSentence(vscode.l10n.t, context.withheld),
        actions: ['openSettings', 'showLog'],
      };
    }
    const { text, actions } = explain(error, context);
    // What is wrong with a setting does not say that it is one.
    const isOurs = vscode.l10n.bundle !== undefined || error.kind === 'settings' || error.message === '';
    const sentence = isOurs ? withoutGaps(text) + detailOf(error) : oneLine(error.message);
    return { kind: error.kind, sentence: sentence + hiddenBy(error), actions };
  }
  if (error instanceof MissingPart) return { kind: 'internal', sentence: error.message, actions: ['showLog'] };
  const reason = error instanceof Error ? error.message : typeof error === 'string' ? error : typeof error;
  return {
    kind: 'internal',
    sentence: vscode.l10n.t(
      'Something went wrong inside LiteLLM Gateway ({0}). Try again; the log has the details.',
      oneLine(reason),
    ),
    actions: ['showLog'],
  };
}

/**
 * An error whose message is shown as it stands. The chat appends the stack to what it shows, so there is none.
 */
export function plainError(sentence: string): Error {
  const error = new Error(sentence);
  error.stack = '';
  return error;
}

/** Whether this is an error of the core. Told by its shape: the class belongs to the loaded core. */
export function isLiteLLMError(error: unknown): error is LiteLLMError {
  return error instanceof Error && typeof (error as Partial<LiteLLMError>).kind === 'string';
}

function explain(error: LiteLLMError, context: ErrorContext): { text: string; actions: readonly ErrorAction[] } {
  const { t } = vscode.l10n;
  const model = context.modelId || t('the model');
  const gateway = context.gateway || t('The gateway');
  const kind = error.kind;
  if (error.forModel !== undefined) {
    return kind === 'truncated'
      ? {
          text: t(
            'The answer reached the limit of its length in the middle of a tool call. Raise "{0}", or ask for smaller steps.',
            `${settingsSection}.maxTokens`,
          ),
          actions: ['openSettings', 'showLog'],
        }
      : {
          text: t(
            "{0} called a tool with arguments that can't be read. Send the message again, or choose another model.",
            model,
          ),
          actions: ['showLog'],
        };
  }
  switch (kind) {
    case 'settings':
      return {
        text: t("The settings of LiteLLM Gateway can't be used: {0}", t(error.message)),
        actions: ['openSettings'],
      };
    case 'connection':
      return {
        text: t(
          '{0} could not be reached. Check that the gateway is running and that its address in the settings is right.',
          gateway,
        ),
        actions: ['openSettings', 'showLog'],
      };
    case 'timeout':
      return { text: timeoutText(error, context, gateway), actions: ['openSettings', 'showLog'] };
    case 'aborted':
      return { text: t('The request was stopped.'), actions: [] };
    case 'auth':
      return {
        text: t(
          'The gateway did not accept the API key: it is missing, wrong or expired. Enter a valid key in the settings.',
        ),
        actions: ['openSettings', 'showLog'],
      };
    case 'permission':
      return {
        text:
          context.doing === 'list'
            ? t(
                'This API key may not list the models of the gateway. Use another key, or ask whoever runs the gateway for access.',
              )
            : t(
                'This API key may not use {0}. Choose another model, or ask whoever runs the gateway for access.',
                model,
              ),
        actions: ['refreshModels', 'openSettings'],
      };
    case 'budget_exceeded':
      return {
        text: t('The budget of this API key is used up. Ask whoever runs the gateway for more, or use another key.'),
        actions: ['openSettings', 'showLog'],
      };
    case 'rate_limit':
      return { text: rateLimitText(error), actions: ['showLog'] };
    case 'context_length':
      return {
        text: t(
          'The conversation is too long for {0}. Start a new chat, attach less, or choose a model with a larger context.',
          model,
        ),
        actions: ['showLog'],
      };
    case 'content_policy':
      return {
        text: t('The provider refused this content. Say it differently, or choose another model.'),
        actions: ['showLog'],
      };
    case 'guardrail':
      return {
        text: error.guardrail
          ? t(
              'The guardrail {0} of the gateway blocked this content. Remove what it blocks, or ask whoever runs the gateway.',
              oneLine(error.guardrail),
            )
          : t(
              'A guardrail of the gateway blocked this content. Remove what it blocks, or ask whoever runs the gateway.',
            ),
        actions: ['showLog'],
      };
    case 'unknown_model':
      return {
        text: t('The gateway has no model {0}. Refresh the list of models and choose another one.', model),
        actions: ['refreshModels', 'openSettings'],
      };
    case 'provider_auth':
      return {
        text: t(
          "The provider behind {0} refused the key of the gateway. Your own key is good; whoever runs the gateway must renew the provider's key.",
          model,
        ),
        actions: ['showLog'],
      };
    case 'invalid_request':
      return {
        text: t('The request for {0} was refused as invalid. Try another model; the log has the details.', model),
        actions: ['showLog'],
      };
    case 'server':
      return {
        text: t('The gateway or the provider behind {0} failed. Try again, or choose another model.', model),
        actions: ['showLog'],
      };
    case 'protocol':
      return {
        text: t('{0} did not answer as a LiteLLM gateway does. Check its address in the settings.', gateway),
        actions: ['openSettings', 'showLog'],
      };
    case 'truncated':
      return {
        text: error.guardrail
          ? t(
              'The answer broke off before it was complete: a guardrail of the gateway ({0}) may have blocked the rest. Say it differently, or try again.',
              oneLine(error.guardrail),
            )
          : t('The answer broke off before it was complete. Try again.'),
        actions: ['showLog'],
      };
    default:
      return unreachable(kind);
  }
}

/** Names the limit that was reached, where it is one of ours: a gateway has limits, too, and tells them by a status. */
function timeoutText({ status }: LiteLLMError, { doing }: ErrorContext, gateway: string): string {
  const { t } = vscode.l10n;
  if (status !== undefined || doing === undefined) return t('{0} did not answer in time. Try again.', gateway);
  const limit = doing === 'chat' ? 'timeoutMs' : 'discoveryTimeoutMs';
  return t(
    '{0} did not answer in time. Try again; how long to wait is set by "{1}".',
    gateway,
    `${settingsSection}.${limit}`,
  );
}

/** What a browser keeps to itself: whether the gateway is down, allows no such page, or may not be asked by one. */
function hiddenBy({ kind }: LiteLLMError): string {
  if (kind !== 'connection' || typeof process !== 'undefined') return '';
  return ` ${vscode.l10n.t('A browser does not say why; "Test Connection" in the settings finds out more.')}`;
}

function rateLimitText({ retryAfterMs }: LiteLLMError): string {
  const { t } = vscode.l10n;
  if (retryAfterMs === undefined) {
    return t('The gateway or the provider takes no more requests at the moment. Try again a little later.');
  }
  const seconds = Math.ceil(retryAfterMs / 1000);
  return seconds === 1
    ? t('The gateway or the provider takes no more requests at the moment. Try again in a second.')
    : t('The gateway or the provider takes no more requests at the moment. Try again in {0} seconds.', seconds);
}

/**
 * What is known beside the kind: the gateway's own words where there was a reply, else a cause. Where there is neither and
 * the kind says little, the core's sentence.
 */
function detailOf({ kind, detail, status, message, forModel }: LiteLLMError): string {
  if (forModel !== undefined) return '';
  if (detail && status !== undefined) return ` ${vscode.l10n.t('The gateway says: {0}', oneLine(detail))}`;
  const isBroad = kind === 'protocol' || kind === 'invalid_request';
  const cause = detail || (isBroad ? message : '');
  return cause ? ` (${oneLine(cause)})` : '';
}

/** Chinese has a space around an address or an id, and none around the word that stands in for one. */
function withoutGaps(text: string): string {
  return text.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');
}

function oneLine(text: string): string {
  const line = withoutTurning(text).replace(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

/** Fails to compile when a case is missing; at run time a newer core may have one more. */
function unreachable(value: never): never {
  throw new Error(`unexpected ${String(value)}`);
}
