/**
 * The half-public part of the editor's language-model API: fields and classes that newer editors understand and that are
 * not in the types of the oldest editor we run in. Nothing outside this file names one. Each is safe where it is missing:
 * an older editor ignores fields it does not know, and a class is looked for before it is used.
 */
import * as vscode from 'vscode';
import type { ModelInfo } from './core.ts';
import { abilities, pricesAt, shortPriceLine, tokenCount } from './modelText.ts';
import type { Translate } from './settingsStrings.ts';

/** Classes of the editor that its stable types do not have. */
const classes = vscode as {
  LanguageModelDataPart?: new (data: Uint8Array, mimeType: string) => DataPart;
  LanguageModelThinkingPart?: new (
    value: string,
    id?: string,
    metadata?: Readonly<Record<string, unknown>>,
  ) => ThinkingPart;
};

/** The role of system messages. Without it a caller has no system messages, and none arrives. */
export const systemRole = 3;

/** The mime type by which the chat learns how many tokens were used. An older chat ignores the part and shows no context size. */
export const usageMimeType = 'usage';

/** Data parts that callers keep for themselves inside messages; none is for the model. */
export const privateMimeTypes: ReadonlySet<string> = new Set([
  'cache_control',
  'stateful_marker',
  'context_management',
  'phase_data',
  'thinking',
  usageMimeType,
]);

/** Fields of a model beside the stable ones. */
export interface PickerFields {
  /** Shows the model in pickers. Without the field an editor shows every model. */
  readonly isUserSelectable: true;
  /** The size of the context that the picker shows. Without the field it adds prompt and answer. */
  readonly maxContextWindowTokens: number;
  /** The price in the editor's table of models and in hovers. Without the field it is in the detail and the tooltip. */
  readonly pricing?: string;
  /** A word beside the name in hovers, by what the model costs among others. Without the field there is none. */
  readonly category?: 'lightweight' | 'versatile' | 'powerful';
  /** A word for the price, which the editor marks where it is high. Without the field there is none. */
  readonly priceCategory?: 'low' | 'medium' | 'high' | 'very_high';
  /** Sentences with a warning sign in hovers, in Markdown. Without the field the tooltip says what is assumed. */
  readonly warningText?: Readonly<Record<string, string>>;
  /** Sentences in hovers, in Markdown. Without the field the detail and the tooltip say the same in fewer words. */
  readonly infoText?: Readonly<Record<string, string>>;
  /** What the user can choose for each model. Without the field there is no choice, and the settings hold. */
  readonly configurationSchema?: { readonly properties: Readonly<Record<string, unknown>> };
}

/** The choice that leaves the effort to the settings, else to the model. */
const defaultEffort = 'default';

/** The fields for one model. */
export function pickerFields(t: Translate, model: ModelInfo): PickerFields {
  const pricing = shortPriceLine(t, model);
  const properties = { ...effortChoice(t, model), ...contextChoice(t, model) };
  return {
    isUserSelectable: true,
    maxContextWindowTokens: model.contextWindow,
    ...(pricing !== '' && { pricing }),
    ...priceClass(model),
    ...remarks(t, model, pricing),
    ...(Object.keys(properties).length > 0 && { configurationSchema: { properties } }),
  };
}

/**
 * The words for a model by its price: no gateway says how able a model is, and those of one time cost what they can. Three tokens
 * of a prompt to one of an answer, in US dollars per 1,000,000; the bounds are between models that the editor itself calls so.
 */
function priceClass({ inputPrice, outputPrice }: ModelInfo): Pick<PickerFields, 'category' | 'priceCategory'> {
  if (inputPrice === undefined || outputPrice === undefined) return {};
  const average = (3 * inputPrice + outputPrice) / 4;
  if (average === 0) return { priceCategory: 'low' };
  if (average < 2.5) return { category: 'lightweight', priceCategory: 'low' };
  if (average < 9) return { category: 'versatile', priceCategory: 'medium' };
  return { category: 'powerful', priceCategory: average < 20 ? 'high' : 'very_high' };
}

/** What the user should know before he chooses the model. */
function remarks(t: Translate, model: ModelInfo, pricing: string): Pick<PickerFields, 'warningText' | 'infoText'> {
  const warnings: Record<string, string> = {};
  const infos: Record<string, string> = {};
  const isAssumed = model.assumed.includes('maxInputTokens');
  if (isAssumed) {
    warnings['context'] = t(
      'Context size assumed ({0} tokens): the gateway does not state it. If you know better, say so in the table of models of LiteLLM Gateway.',
      tokenCount(model.maxInputTokens),
    );
  }
  if (!model.supportsTools) {
    infos['tools'] = t('Takes no tools: the editor leaves this model out in agent mode and for edits.');
  }
  const [tier] = model.priceTiers ?? [];
  if (tier && tier.abovePromptTokens > 0) {
    const line = shortPriceLine(t, pricesAt(model, tier.abovePromptTokens + 1));
    infos['price'] = t('Prompts of more than {0} tokens: {1}', tokenCount(tier.abovePromptTokens), line);
  }
  // A hover with a price shows no tooltip, which says all of this.
  if (pricing !== '') {
    const answer = t('Answer: up to {0} tokens', tokenCount(model.maxTokens));
    const told = model.assumed.includes('maxTokens') ? t('{0} (assumed)', answer) : answer;
    infos['facts'] = `${told} · ${abilities(t, model)}`;
  }
  return {
    ...(Object.keys(warnings).length > 0 && { warningText: warnings }),
    ...(Object.keys(infos).length > 0 && { infoText: infos }),
  };
}

/** Words that can be efforts: the editor draws icons in others, and a list of others has no end. */
const effortWord = /^[\w.-]{1,32}$/;
const mostEfforts = 12;

function effortChoice(t: Translate, model: ModelInfo): Record<string, unknown> {
  const reasoningEfforts = (model.reasoningEfforts ?? []).filter((word) => effortWord.test(word)).slice(0, mostEfforts);
  if (reasoningEfforts.length === 0) return {};
  return {
    reasoningEffort: {
      type: 'string',
      title: t('Thinking effort'),
      group: 'navigation',
      enum: [defaultEffort, ...reasoningEfforts],
      enumItemLabels: [t('Default'), ...reasoningEfforts.map((word) => effortName(t, word))],
      enumDescriptions: [t("As set in the settings, else the model's own default")],
      default: defaultEffort,
    },
  };
}

/** An effort in the user's language; a word that only the gateway knows stays as it is. */
function effortName(t: Translate, word: string): string {
  const names = new Map([
    ['none', t('None')],
    ['minimal', t('Minimal')],
    ['low', t('Low')],
    ['medium', t('Medium')],
    ['high', t('High')],
    ['xhigh', t('Extra high')],
    ['max', t('Maximum')],
  ]);
  return names.get(word) ?? capitalized(word);
}

/** From this size on a smaller context than the whole is offered, though all of it costs the same: shorter prompts are faster. */
const largeContext = 400_000;
const usualContext = 200_000;
/** So many sizes fit beside each other. */
const mostContexts = 4;
/** An agent has no room for its instructions and tools in less. */
const smallestContext = 30_000;

/**
 * How long a conversation may grow before the editor shortens it: up to the sizes from which on a prompt costs more, or all that
 * the model takes. The chat keeps to the chosen size by itself, as it does to `maxInputTokens`; nothing of it is sent.
 */
function contextChoice(t: Translate, model: ModelInfo): Record<string, unknown> {
  const whole = model.maxInputTokens;
  if (model.assumed.includes('maxInputTokens')) return {};
  const steps = (model.priceTiers ?? []).map(({ abovePromptTokens }) => abovePromptTokens);
  const smaller = steps.filter((size) => size >= smallestContext && size < whole);
  if (smaller.length === 0 && whole >= largeContext) smaller.push(usualContext);
  if (smaller.length === 0) return {};
  const sizes = [...smaller.slice(1 - mostContexts), whole];
  return {
    contextSize: {
      type: 'number',
      title: t('Context size'),
      group: 'tokens',
      enum: sizes,
      enumItemLabels: sizes.map(tokenCount),
      enumDescriptions: sizes.map((size) => {
        const line = shortPriceLine(t, pricesAt(model, size));
        const length = t('Conversations of up to {0} tokens, then the editor sums up what was said', tokenCount(size));
        return line === '' ? length : `${length} · ${line}`;
      }),
      default: whole,
    },
  };
}

/** The effort that the user chose for this model in the picker. */
export function chosenEffort(options: vscode.ProvideLanguageModelChatResponseOptions): string | undefined {
  const { modelConfiguration } = options as { modelConfiguration?: { reasoningEffort?: unknown } };
  const effort = modelConfiguration?.reasoningEffort;
  return typeof effort === 'string' && effort !== defaultEffort ? effort : undefined;
}

/**
 * The group whose models the editor asks for, with its secrets. An editor without groups has none, and newer ones ask once
 * without one.
 */
export function groupConfiguration(
  options: vscode.PrepareLanguageModelChatModelOptions,
): Readonly<Record<string, unknown>> | undefined {
  const { configuration } = options as { configuration?: unknown };
  return typeof configuration === 'object' && configuration !== null
    ? (configuration as Readonly<Record<string, unknown>>)
    : undefined;
}

/** What a group of ours holds that is only there so that the editor has one: with one it no longer asks for a sign-in. */
export const signedOutMark = { withoutSignIn: true } as const;

/** Whether a group is only such a mark, and has no models. */
export function isSignedOutMark(configuration: Readonly<Record<string, unknown>>): boolean {
  return configuration['withoutSignIn'] === true;
}

/** The chat's own id of a conversation, in the options of its requests. Another caller has none, and older chats told none. */
export function conversationOf(options: vscode.ProvideLanguageModelChatResponseOptions): string | undefined {
  const id: unknown = options.modelOptions?.['_conversationId'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The editor's command that opens the list of models of the chat that had the focus last. Without it there is no button for it. */
export const chooseModelCommand = 'workbench.action.chat.openModelPicker';

/** The editor's command that sends the last request of a conversation again. Without it there is no button for it. */
export const retryCommand = 'workbench.action.chat.retry';

/** What that command takes: the address of the conversation, which is made of its id. It does nothing for one that it does not know. */
export function retryTarget(conversation: string): { readonly sessionResource: vscode.Uri } {
  const bytes = new TextEncoder().encode(conversation);
  const base64 = btoa(String.fromCharCode(...bytes));
  const path = `/${base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
  return { sessionResource: vscode.Uri.from({ scheme: 'vscode-chat-session', authority: 'local', path }) };
}

/** A part with bytes of a kind. */
export interface DataPart {
  readonly mimeType: string;
  readonly data: Uint8Array;
}

/**
 * A part with bytes to report, or undefined in an editor that has none: images are not shown there, and nothing is known
 * of the tokens used.
 */
export function dataPart(data: Uint8Array, mimeType: string): vscode.LanguageModelResponsePart | undefined {
  const Part = classes.LanguageModelDataPart;
  return Part && (new Part(data, mimeType) as unknown as vscode.LanguageModelResponsePart);
}

/** Whether a part of a message is bytes of a kind. Without the class no image reaches us. */
export function isDataPart(part: unknown): part is DataPart {
  const Part = classes.LanguageModelDataPart;
  return Part !== undefined && part instanceof Part;
}

/** A part with a model's thinking. `metadata` comes back with the next request of the same turn. */
export interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A thinking part to report, or undefined in an editor that has none: thinking is not shown there. */
export function thinkingPart(
  text: string,
  metadata?: Readonly<Record<string, unknown>>,
): vscode.LanguageModelResponsePart | undefined {
  const Part = classes.LanguageModelThinkingPart;
  // The editor's type of a response part does not know this class; its code does.
  return Part && (new Part(text, undefined, metadata) as unknown as vscode.LanguageModelResponsePart);
}

/** Whether a part of a message is thinking that the editor gives back. */
export function isThinkingPart(part: unknown): part is ThinkingPart {
  const Part = classes.LanguageModelThinkingPart;
  return Part !== undefined && part instanceof Part;
}

/** Whether a tool failed. Without the field a failure is told by its text alone. */
export function isErrorResult(part: vscode.LanguageModelToolResultPart): boolean {
  return (part as { isError?: unknown }).isError === true;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
