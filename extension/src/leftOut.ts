/** Says that a model is not given the images or documents of a conversation: it takes none, and gets words in their place. */
import * as vscode from 'vscode';
import type { ContentBlock, Message, ModelInfo } from './core.ts';
import { showMessage } from './messages.ts';
import { chooseModelCommand } from './proposedFields.ts';

/** More conversations than anybody has open. */
const mostSaid = 1000;

/** Says each thing once for a conversation and a model, in a message: the answer itself may be read by a program. */
export class LeftOut {
  readonly #said = new Set<string>();

  /** Takes note of a request. `conversationId` is the chat's, where it tells it. `shown` is the model as the editor knows it. */
  tell(
    shown: { readonly id: string; readonly name: string },
    { supportsImages, supportsPdf }: Pick<ModelInfo, 'supportsImages' | 'supportsPdf'>,
    messages: readonly Message[],
    conversationId: unknown,
  ): void {
    const { t } = vscode.l10n;
    const say = (kind: 'image' | 'document', sentence: string) => {
      if (!messages.some(({ content }) => holds(content, kind))) return;
      const key = JSON.stringify([conversationId, shown.id, kind]);
      if (this.#said.has(key)) return;
      if (this.#said.size >= mostSaid) this.#said.clear();
      this.#said.add(key);
      // Another extension chose its model by itself: a choice in the chat would change nothing for it.
      if (conversationId === undefined) void showMessage('warning', sentence);
      else void offerAnother(sentence);
    };
    if (!supportsImages) {
      say(
        'image',
        t(
          '{0} takes no images, so it is only told that there is one. Choose a model that takes images to have it looked at.',
          shown.name,
        ),
      );
    }
    if (!supportsPdf) {
      say(
        'document',
        t(
          '{0} takes no documents, so it is only told that there is one. Choose a model that takes PDFs, or give it the text.',
          shown.name,
        ),
      );
    }
  }
}

/** Shows the sentence with a button that opens the chat's picker, where the editor has one to be opened. */
async function offerAnother(sentence: string): Promise<void> {
  const isThere = (await vscode.commands.getCommands(true)).includes(chooseModelCommand);
  const button = vscode.l10n.t('Choose Another Model');
  const pressed = await showMessage('warning', sentence, ...(isThere ? [button] : []));
  if (pressed === button) await vscode.commands.executeCommand(chooseModelCommand);
}

function holds(content: string | readonly ContentBlock[] | undefined, kind: 'image' | 'document'): boolean {
  if (content === undefined || typeof content === 'string') return false;
  return content.some((block) => block.type === kind || (block.type === 'tool_result' && holds(block.content, kind)));
}
