/** From the options that a caller gives the editor to the core's options of a call. */
import * as vscode from 'vscode';
import type { CreateMessageOptions } from './core.ts';
import { chosenEffort } from './proposedFields.ts';

/** Options of a call that have a name of their own, under the names by which callers know them. */
const knownOptions: Readonly<Record<string, keyof CreateMessageOptions>> = {
  temperature: 'temperature',
  top_p: 'topP',
  topP: 'topP',
  max_tokens: 'maxTokens',
  maxTokens: 'maxTokens',
  max_completion_tokens: 'maxTokens',
  maxOutputTokens: 'maxTokens',
  reasoning_effort: 'reasoningEffort',
  reasoningEffort: 'reasoningEffort',
  tool_choice: 'toolChoice',
  toolChoice: 'toolChoice',
};

/**
 * The options for one request. Model options that begin with `_` are the caller's notes to itself and stay here, except
 * for the conversation's id; those without a name of their own go into the body as they are.
 */
export function toCallOptions(
  options: vscode.ProvideLanguageModelChatResponseOptions,
  signal: AbortSignal,
): CreateMessageOptions {
  // Callers give values of any type: the core reads them and names the one that is wrong.
  const call: { [name in keyof CreateMessageOptions]: unknown } = { signal };
  const extraBody: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options.modelOptions ?? {})) {
    if (value === undefined || value === null) continue;
    const known = Object.hasOwn(knownOptions, name) ? knownOptions[name] : undefined;
    if (name === '_conversationId') call.sessionId = value;
    else if (known !== undefined) call[known] = value;
    else if (!name.startsWith('_')) extraBody[name] = value;
  }
  if (Object.keys(extraBody).length > 0) call.extraBody = extraBody;
  const effort = chosenEffort(options);
  if (effort !== undefined) call.reasoningEffort = effort;
  if (options.tools?.length) {
    call.tools = options.tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: inputSchema,
    }));
    // A caller that names one tool says more than the editor's mode can.
    if (options.toolMode === vscode.LanguageModelChatToolMode.Required) call.toolChoice ??= 'required';
  }
  return call as CreateMessageOptions;
}
