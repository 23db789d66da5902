/** From the editor's messages to the core's: parts become blocks, nothing else. Pairing, ids and repair are the core's. */
import * as vscode from 'vscode';
import type { ContentBlock, Message } from './core.ts';
import { promptTsxItems } from './promptTsx.ts';
import {
  type DataPart,
  isDataPart,
  isErrorResult,
  isThinkingPart,
  privateMimeTypes,
  systemRole,
} from './proposedFields.ts';
import { type CallThoughts, decodeThoughts } from './thoughts.ts';

/** A conversation as `createMessage` takes it. */
export interface Conversation {
  readonly system: string;
  readonly messages: Message[];
}

/** What is remembered of a tool call, for callers that do not give its thinking back. */
export type Recall = (callId: string) => CallThoughts | undefined;

/** The editor's conversation for the core: the system messages at its start are the system text, later ones stay where they are. */
export function toConversation(
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  recall: Recall = () => undefined,
): Conversation {
  const first = messages.findIndex((message) => !isSystem(message));
  const start = first === -1 ? messages.length : first;
  return {
    system: messages.slice(0, start).map(plainText).filter(Boolean).join('\n\n'),
    messages: messages.slice(start).map((message): Message => {
      if (isSystem(message)) return { role: 'system', content: plainText(message) };
      const isAssistant = message.role === vscode.LanguageModelChatMessageRole.Assistant;
      return isAssistant
        ? { role: 'assistant', content: assistantBlocks(message.content, recall) }
        : { role: 'user', content: message.content.flatMap(userBlocks) };
    }),
  };
}

/** All text of a message, in order. */
export function plainText(message: vscode.LanguageModelChatRequestMessage): string {
  return message.content
    .flatMap(userBlocks)
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('');
}

function isSystem(message: vscode.LanguageModelChatRequestMessage): boolean {
  return (message.role as number) === systemRole;
}

/** Blocks of an answer. The signatures of its calls come in whichever thinking part was kept, so they are looked up first. */
function assistantBlocks(parts: readonly unknown[], recall: Recall): ContentBlock[] {
  const given = parts.filter(isThinkingPart).map((part) => decodeThoughts(part.metadata));
  const toolSignatures = new Map(given.flatMap((thoughts) => [...thoughts.toolSignatures]));
  // Models want their thinking before everything else of the answer.
  const blocks: ContentBlock[] = given.flatMap((thoughts) => thoughts.blocks);
  const call = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart);
  if (blocks.length === 0 && call) {
    const remembered = recall(call.callId)?.blocks;
    blocks.push(...(remembered ?? (toolSignatures.size === 0 ? unsignedThinking(parts) : [])));
  }
  for (const part of parts) {
    if (part instanceof vscode.LanguageModelToolCallPart) {
      const signature = toolSignatures.get(part.callId) ?? recall(part.callId)?.signature;
      blocks.push({
        type: 'tool_use',
        id: part.callId,
        name: part.name,
        input: part.input,
        ...(signature !== undefined && { signature }),
      });
    } else if (!isThinkingPart(part)) {
      // An answer holds text alone: no model takes images back as its own.
      blocks.push(
        ...userBlocks(part).map((block) =>
          block.type === 'text' ? block : note(`${block.type} of an earlier answer`),
        ),
      );
    }
  }
  return blocks;
}

/** Thinking that nobody signed, as it was shown: some models refuse the result of a call without it. */
function unsignedThinking(parts: readonly unknown[]): ContentBlock[] {
  const thinking = parts
    .filter(isThinkingPart)
    .flatMap(({ value }) => value)
    .join('');
  return thinking === '' ? [] : [{ type: 'thinking', thinking }];
}

/** Blocks of one part that a user, a tool or a system message holds. */
function userBlocks(part: unknown): ContentBlock[] {
  if (part instanceof vscode.LanguageModelToolResultPart) {
    const result = {
      type: 'tool_result',
      tool_use_id: part.callId,
      content: part.content.flatMap(userBlocks),
    } as const;
    return [isErrorResult(part) ? { ...result, is_error: true } : result];
  }
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: 'text', text: part.value }];
  if (isDataPart(part)) return dataBlocks(part);
  if (part instanceof vscode.LanguageModelPromptTsxPart) return promptTsxItems(part.value).flatMap(promptTsxBlocks);
  if (typeof part === 'string') return [{ type: 'text', text: part }];
  return [];
}

function dataBlocks({ mimeType, data }: DataPart): ContentBlock[] {
  if (privateMimeTypes.has(mimeType)) return [];
  const source = { type: 'base64', media_type: mimeType, data } as const;
  if (mimeType.startsWith('image/')) return [{ type: 'image', source }];
  if (mimeType === 'application/pdf') return [{ type: 'document', source }];
  if (/^text\/|[/+]json$|[/+]xml$/.test(mimeType)) return [{ type: 'text', text: new TextDecoder().decode(data) }];
  return [note(`${mimeType}, ${data.byteLength} bytes`)];
}

function promptTsxBlocks(item: ReturnType<typeof promptTsxItems>[number]): ContentBlock[] {
  switch (item.type) {
    case 'text':
      return [item];
    case 'part':
      return userBlocks(item.value);
    case 'image': {
      const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(item.source) ?? [
        undefined,
        item.mediaType,
        item.source,
      ];
      if (/^https?:/.test(item.source)) return [{ type: 'image', source: { type: 'url', url: item.source } }];
      return [{ type: 'image', source: { type: 'base64', media_type: mediaType ?? 'image/png', data: data ?? '' } }];
    }
    default:
      return item satisfies never;
  }
}

/** Tells the model that something was there which it can't be given. It is part of the prompt, so it is not translated. */
function note(what: string): ContentBlock {
  return { type: 'text', text: `[Not included: ${what}]` };
}
