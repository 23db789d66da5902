/** What a caller passes in: messages, tools and options. The core reads these leniently and reports what it can't read. */

import type { ProviderSettings, ThinkingBlock } from '../pkg/litellm_wasm.js';

/** Marks the end of a prefix that the provider may keep. */
export interface CacheControl {
  type: 'ephemeral';
  /** How long the provider keeps it, such as `5m` or `1h`. */
  ttl?: string;
}

/** Fields that any block may carry. */
interface Block {
  cache_control?: CacheControl;
}

/** Where a picture or a document is. */
export type Source =
  | { type: 'base64'; media_type: string; data: string | Uint8Array }
  | { type: 'url'; url: string }
  | { type: 'text'; media_type?: string; data: string };

/** Text of a message. */
export interface TextBlock extends Block {
  type: 'text';
  text: string;
}

/** A picture; for a model that takes none, the core puts words in its place. */
export interface ImageBlock extends Block {
  type: 'image';
  source: Source;
}

/** A PDF or a text; for a model that takes no PDF, the core puts words in its place. */
export interface DocumentBlock extends Block {
  type: 'document';
  source: Source;
  title?: string;
}

/** A tool call of the assistant. */
export interface ToolUseBlock extends Block {
  type: 'tool_use';
  id: string;
  name: string;
  input: unknown;
  /** The signature that came with the call. */
  signature?: string;
}

/** What a tool gave back. */
export interface ToolResultBlock extends Block {
  type: 'tool_result';
  tool_use_id: string;
  content?: string | ContentBlock[];
  is_error?: boolean;
}

/** One piece of a message's content. */
export type ContentBlock = TextBlock | ImageBlock | DocumentBlock | ToolUseBlock | ToolResultBlock | ThinkingBlock;

/** A message of a conversation, in the Anthropic shape. */
export interface Message {
  role: 'user' | 'assistant' | 'system';
  content: string | ContentBlock[];
  /** What a backend gave with an answer; passed back unchanged. */
  reasoning_details?: unknown[];
}

/** A tool that the model may call: ours, or OpenAI's shape. */
export type Tool =
  | { name: string; description?: string; input_schema?: object }
  | { type: 'function'; function: { name: string; description?: string; parameters?: object } };

/** Options of one call; each beats the setting of its name. */
export interface CreateMessageOptions {
  /** Stops the call: it then fails with kind `aborted`. */
  signal?: AbortSignal;
  tools?: readonly Tool[];
  toolChoice?: 'auto' | 'required' | 'none' | { name: string };
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  reasoningEffort?: string;
  thinkingBudget?: number;
  /** Gives tool calls out in pieces, too. */
  partialToolCalls?: boolean;
  sessionId?: string;
  extraBody?: Record<string, unknown>;
}

/** Settings as they may be given: any field may be missing. */
export type SettingsInput = { [Field in keyof ProviderSettings]?: ProviderSettings[Field] | undefined };
