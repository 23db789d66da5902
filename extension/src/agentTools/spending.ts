/** The tool `litellm_spending`: what was spent in this session and today, by model, and what is left of the budget. */
import { type Spent, type SpentOnModel, total } from '../ledger.ts';
import type { ToolSources } from './agentTools.ts';
import { ToolInput } from './toolInput.ts';
import { dollars, namesAreData, quoted, table } from './toolText.ts';

/** Who asks for more has the whole list in the editor. */
const mostModels = 20;

/** What was spent, as sentences and a table. */
export async function spending(sources: ToolSources, given: unknown, signal: AbortSignal): Promise<string> {
  const period = new ToolInput(given).choice('period', ['session', 'day']) ?? 'day';
  const { session, day } = await sources.ledger.read();
  const models = period === 'session' ? session : day;
  const shown = models.slice(0, mostModels);
  return [
    `In this session: ${sentence(total(session))}`,
    `Today, in all windows on this machine: ${sentence(total(day))}`,
    ...(await budgets(sources, signal)),
    ...(shown.length > 0
      ? [
          namesAreData,
          `By model, ${period === 'session' ? 'in this session' : 'today'}${models.length > shown.length ? `, the dearest ${shown.length} of ${models.length}` : ''}:`,
          table(
            ['model', 'gateway', 'cost', 'requests', 'prompt tokens', 'of these cached', 'answer tokens'],
            shown.map((model) => row(sources, model)),
          ),
        ]
      : []),
  ].join('\n');
}

function sentence(spent: Spent): string {
  if (spent.requests === 0) return 'nothing was asked.';
  const { requests, inputTokens, cachedTokens, outputTokens, unknownCost, estimated } = spent;
  const parts = [
    `${cost(spent)} in ${requests} requests, ${inputTokens} prompt tokens (${cachedTokens} of them cached) and ${outputTokens} answer tokens.`,
    unknownCost > 0 && `The cost of ${unknownCost} requests is unknown and not in the sum.`,
    estimated > 0 && `${estimated} requests were estimated here.`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** A sum of which nothing is known is no 0. */
function cost({ cost: known, requests, unknownCost }: Spent): string {
  return unknownCost === requests ? 'unknown cost' : dollars(known);
}

function row({ profiles, groups }: ToolSources, model: SpentOnModel): string[] {
  const { profile, account = profile, modelId, requests, inputTokens, cachedTokens, outputTokens } = model;
  const gateway = groups.name(account, profile) ?? profiles.name(profile);
  const numbers = [requests, inputTokens, cachedTokens, outputTokens].map(String);
  return [quoted(modelId), quoted(gateway), cost(model), ...numbers];
}

/** A sentence for each gateway whose key has a budget, where the gateway tells it. */
async function budgets({ gateways, groups, log }: ToolSources, signal: AbortSignal): Promise<string[]> {
  const profiles = (await gateways.models()).map(async ({ profile: { id, name } }) => ({
    name,
    gateway: await gateways.find(id),
  }));
  const asked = [...(await Promise.all(profiles)), ...groups.accounts()].map(async ({ name, gateway }) => {
    try {
      const info = await (await gateway?.handlerOfAny())?.keyInfo({ signal });
      if (info?.maxBudget === undefined) return [];
      const { spend = 0, maxBudget, budgetResetAt, budgetDuration } = info;
      const left = `The key at ${quoted(name)} has spent ${dollars(spend)} of its budget of ${dollars(maxBudget)}; ${dollars(Math.max(0, maxBudget - spend))} are left.`;
      const period = budgetDuration === undefined ? '' : ` The budget is for ${quoted(budgetDuration)}.`;
      return [left + period + (budgetResetAt === undefined ? '' : ` It starts anew at ${quoted(budgetResetAt)}.`)];
    } catch (error) {
      if (signal.aborted) throw error;
      log.failure('Asking for the budget', error);
      return [`The budget at ${quoted(name)} could not be asked.`];
    }
  });
  return (await Promise.all(asked)).flat();
}
