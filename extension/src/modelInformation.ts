/** From the core's model info to what the editor's model picker shows. */
import * as vscode from 'vscode';
import type { ModelInfo } from './core.ts';
import { shortText, withoutTurning } from './logText.ts';
import { editorModelId } from './modelNames.ts';
import { abilities, price, remembering, rowPrice, shortPriceLine, tokenCount } from './modelText.ts';
import { type PickerFields, pickerFields } from './proposedFields.ts';
import type { Translate } from './settingsStrings.ts';

/** A model as the editor keeps it. */
export type ModelInformation = vscode.LanguageModelChatInformation & PickerFields;

/** The models of one gateway, and what it is called. */
export interface NamedModels {
  readonly profile: { readonly id: string; readonly name: string };
  readonly models: readonly ModelInfo[];
  /** The ids of the user's favourites among them. */
  readonly favorites?: ReadonlySet<string>;
}

/** Before the name of a favourite: editors sort models by their names, and this sorts before all letters. */
const favoriteMark = '★ ';

/**
 * The models as the editor shows them. Two models of one gateway with one readable name are shown by their ids; models of
 * several gateways with one name are told apart by the names of the profiles, which are in the detail of all then.
 */
export function modelInformation(listings: readonly NamedModels[]): ModelInformation[] {
  const offered = listings.filter(({ models }) => models.length > 0);
  const profileNames = distinct(
    offered.map(({ profile }) => ({ name: shortText(profile.name), otherwise: profile.id })),
  );
  const shown = offered.flatMap(({ profile, models, favorites }, index) => {
    const names = distinct(
      models.map(({ id, name }) => ({ name: shortText(name), otherwise: shortText(id), isWhole: true })),
    );
    return models.map((model, place) => ({
      model,
      id: editorModelId(profile.id, model.id),
      name: names[place] ?? shortText(model.id),
      profileName: offered.length > 1 ? profileNames[index] : undefined,
      isFavorite: favorites?.has(model.id) ?? false,
    }));
  });
  const names = distinct(shown.map(({ name, profileName }) => ({ name, otherwise: profileName ?? '' })));
  const t = remembering(vscode.l10n.t);
  return shown.map(({ model, id, profileName, isFavorite }, index) => ({
    id,
    name: (isFavorite ? favoriteMark : '') + (names[index] ?? id),
    family: model.family,
    version: shortText(model.backendModel ?? model.id),
    detail: [profileName, !model.supportsTools && t('no tools'), rowPrice(t, model)].filter(Boolean).join(' · '),
    tooltip: tooltip(t, model, profileName),
    maxInputTokens: model.maxInputTokens,
    maxOutputTokens: model.maxTokens,
    capabilities: { imageInput: model.supportsImages, toolCalling: model.supportsTools },
    ...pickerFields(t, model),
  }));
}

/** The names, where several are the same with what tells them apart: behind them, or whole in their place. */
function distinct(given: readonly { name: string; otherwise: string; isWhole?: boolean }[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of given) counts.set(name, (counts.get(name) ?? 0) + 1);
  return given.map(({ name, otherwise, isWhole }) => {
    if (counts.get(name) === 1 || otherwise === '') return name;
    return isWhole ? otherwise : `${name} (${otherwise})`;
  });
}

function prices(t: Translate, { inputPrice, outputPrice }: ModelInfo): string {
  return shortPriceLine(t, { inputPrice, outputPrice });
}

/** All that is known of a model, in Markdown: one fact a line; what is assumed and not the gateway's word says so. */
function tooltip(t: Translate, model: ModelInfo, profileName?: string): string {
  const stated = (field: 'maxInputTokens' | 'maxTokens', line: string) =>
    model.assumed.includes(field) ? t('{0} (assumed)', line) : line;
  const lines = [
    escapeMarkdown(model.description),
    profileName !== undefined && t('Profile: {0}', escapeMarkdown(profileName)),
    model.provider && t('Provider: {0}', escapeMarkdown(model.provider)),
    stated('maxInputTokens', t('Prompt: up to {0} tokens', tokenCount(model.maxInputTokens))),
    stated('maxTokens', t('Answer: up to {0} tokens', tokenCount(model.maxTokens))),
    abilities(t, model),
    t('Price: {0}', prices(t, model) || t('unknown')),
    model.cacheReadsPrice !== undefined && t('From the prompt cache: {0} per 1M', price(model.cacheReadsPrice)),
  ];
  return lines.filter(Boolean).join('  \n');
}

/** The longest description that a tooltip shows, in UTF-16 units: an operator's words may be a megabyte for each of thousands of models. */
const longestWords = 1000;

/**
 * The gateway's words are shown as they are, as far as anybody reads. Only what begins Markdown in the middle of a line is
 * escaped: an editor that shows the text as it stands should not show backslashes everywhere.
 */
function escapeMarkdown(text: string): string {
  const read = text.length > longestWords ? `${text.slice(0, longestWords)}…` : text;
  return withoutTurning(read)
    .replace(/[\\`*<[\]$]/g, '\\$&')
    .replace(/\s+/g, ' ');
}
