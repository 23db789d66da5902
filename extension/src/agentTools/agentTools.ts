/**
 * Tools of ours for the editor's agent: which models there are, what a request costs, what was spent. What a tool answers is for a
 * model to read: English, bounded, without keys, with whatever a gateway chose in quotation marks, so that it is data.
 */
import * as vscode from 'vscode';
import type { Core } from '../core.ts';
import type { Gateways } from '../gateways.ts';
import type { Groups } from '../groups.ts';
import type { SpendingReader } from '../ledger.ts';
import { loadOnDemand } from '../loadOnDemand.ts';
import type { Log } from '../log.ts';
import type { Profiles } from '../profiles.ts';
import type { TokenCounter } from '../tokenCounter.ts';
import { InputError } from './toolInput.ts';

/** What the tools work with. */
export interface ToolSources {
  readonly core: Pick<Core, 'load'>;
  readonly profiles: Pick<Profiles, 'name'>;
  readonly gateways: Pick<Gateways, 'models' | 'find'>;
  readonly groups: Pick<Groups, 'list' | 'find' | 'name' | 'accounts'>;
  readonly tokens: Pick<TokenCounter, 'count'>;
  readonly ledger: SpendingReader;
  readonly log: Pick<Log, 'failure'>;
}

/** Answers a call of a tool. What is wrong with the input is an {@link InputError}. */
export type Answer = (sources: ToolSources, input: unknown, signal: AbortSignal) => Promise<string>;

/** The names of the tools in the manifest. */
export type ToolName = 'litellm_models' | 'litellm_request_price' | 'litellm_spending';

/** What is shown while a tool answers, by the tools' names. */
export const agentTools: Readonly<Record<ToolName, () => string>> = {
  litellm_models: () => vscode.l10n.t('Looking up the models'),
  litellm_request_price: () => vscode.l10n.t('Computing the price of a request'),
  litellm_spending: () => vscode.l10n.t('Adding up what was spent'),
};

/** Registers the tools, in an editor that takes any; an older one has no such method, and loses nothing else. */
export function registerAgentTools(sources: ToolSources): vscode.Disposable[] {
  if (typeof vscode.lm.registerTool !== 'function') return [];
  const named = Object.entries(agentTools) as [ToolName, () => string][];
  return named.map(([name, doing]) =>
    vscode.lm.registerTool(name, {
      prepareInvocation: () => ({ invocationMessage: doing() }),
      invoke: async ({ input }, token) => {
        const abort = new AbortController();
        const subscription = token.onCancellationRequested(() => abort.abort());
        try {
          const { toolAnswers } = await loadOnDemand();
          return textResult(await toolAnswers[name](sources, input, abort.signal));
        } catch (error) {
          if (error instanceof InputError) return textResult(`${name} was called wrongly. ${error.message}`);
          sources.log.failure(`The tool ${name}`, error);
          return textResult(`${name} failed inside LiteLLM Gateway. Tell the user that its log has the details.`);
        } finally {
          subscription.dispose();
        }
      },
    }),
  );
}

function textResult(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
