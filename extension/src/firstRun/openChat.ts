/** Opens the editor's chat with one of our models chosen. */
import * as vscode from 'vscode';
import { vendor } from '../chatProvider.ts';
import { editorModelId } from '../modelNames.ts';
import { untilTrue } from './untilTrue.ts';

/** How long the editor may take to offer a model that was just saved, in milliseconds. After that the chat opens without it. */
const longestWaitMs = 10_000;

/** Opens the chat. An editor that has none, or that can't choose a model by name, opens what it has. */
export async function openChat(profile: string, modelId: string): Promise<void> {
  const id = editorModelId(profile, modelId);
  const isThere = async () => (await vscode.lm.selectChatModels({ vendor, id })).length > 0;
  const isOffered = await untilTrue(isThere, vscode.lm.onDidChangeChatModels, longestWaitMs);
  const options = isOffered ? { modelSelector: { vendor, id } } : undefined;
  try {
    await vscode.commands.executeCommand('workbench.action.chat.open', options);
  } catch {
    await vscode.commands.executeCommand('workbench.action.chat.open').then(undefined, () => undefined);
  }
}
