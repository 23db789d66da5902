/** From the core's model info to what the editor's model picker shows. */
import * as vscode from 'vscode';
import type { ModelInfo } from './core.ts';
import { price, priceLine, tokenCount } from './modelText.ts';
import { type PickerFields, pickerFields } from './proposedFields.ts';

/** A model as the editor keeps it. */
export type ModelInformation = vscode.LanguageModelChatInformation & PickerFields;

/** The models as the editor shows them. Two models with one readable name are shown by their ids. */
export function modelInformation(models: readonly ModelInfo[]): ModelInformation[] {
  const names = new Map<string, number>();
  for (const { name } of models) names.set(name, (names.get(name) ?? 0) + 1);
  return models.map((model) => ({
    id: model.id,
    name: names.get(model.name) === 1 ? model.name : model.id,
    family: model.family,
    version: model.backendModel ?? model.id,
    detail: prices(model),
    tooltip: tooltip(model),
    maxInputTokens: model.maxInputTokens,
    maxOutputTokens: model.maxTokens,
    capabilities: { imageInput: model.supportsImages, toolCalling: model.supportsTools },
    ...pickerFields(model, prices(model)),
  }));
}

function prices({ inputPrice, outputPrice }: ModelInfo): string {
  return priceLine(vscode.l10n.t, inputPrice, outputPrice);
}

/** All that is known of a model, in Markdown: one fact a line; what is assumed and not the gateway's word says so. */
export function tooltip(model: ModelInfo): string {
  const { t } = vscode.l10n;
  const stated = (field: 'maxInputTokens' | 'maxTokens', line: string) =>
    model.assumed.includes(field) ? t('{0} (assumed)', line) : line;
  const abilities = [
    model.supportsTools && t('tools'),
    model.supportsImages && t('images'),
    model.supportsPdf && t('PDF'),
    model.supportsReasoning && t('thinking'),
    model.supportsPromptCache && t('prompt cache'),
  ];
  const lines = [
    escapeMarkdown(model.description),
    model.provider && t('Provider: {0}', escapeMarkdown(model.provider)),
    stated('maxInputTokens', t('Prompt: up to {0} tokens', tokenCount(model.maxInputTokens))),
    stated('maxTokens', t('Answer: up to {0} tokens', tokenCount(model.maxTokens))),
    t('Can use: {0}', abilities.filter(Boolean).join(', ') || t('text')),
    t('Price: {0}', prices(model) || t('unknown')),
    model.cacheReadsPrice !== undefined && t('From the prompt cache: {0} per 1M', price(model.cacheReadsPrice)),
  ];
  return lines.filter(Boolean).join('  \n');
}

/**
 * The gateway's words are shown as they are. Only what begins Markdown in the middle of a line is escaped: an editor that
 * shows the text as it stands should not show backslashes everywhere.
 */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*<[\]$]/g, '\\$&').replace(/\s+/g, ' ');
}
