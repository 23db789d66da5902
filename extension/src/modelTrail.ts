/** How a list of models was read, in words: what was asked, what came, what that means and what to do. */
import type { TrailStep } from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** One request of a discovery, as the core tells it. */
export interface Attempt {
  readonly path: string;
  readonly status?: number;
  readonly error?: string;
}

/** What a path lists: deployments, groups of them, or names only. The core alone knows the paths whole. */
function kindOf(path: string): 'deployments' | 'groups' | 'names' {
  if (path.endsWith('/models')) return 'names';
  return path.includes('group') ? 'groups' : 'deployments';
}

/** The steps. The core bounds the errors and cuts secrets out of them. */
export function trailOf(t: Translate, attempts: readonly Attempt[]): TrailStep[] {
  return attempts.map((attempt) => {
    const { path, status, error } = attempt;
    const isGood = error === undefined;
    const came = [status, error].filter((part) => part !== undefined).join(': ');
    return { path, isGood, came, meaning: isGood ? found(t, path) : `${cause(t, attempt)} ${missing(t, path)}` };
  });
}

/** The path that the models came from: the first that gave a list. */
export function sourceOf(attempts: readonly Attempt[]): string {
  return attempts.find(({ error }) => error === undefined)?.path ?? '';
}

function found(t: Translate, path: string): string {
  switch (kindOf(path)) {
    case 'deployments':
      return t('Every deployment with its limits, prices and capabilities.');
    case 'groups':
      return t('Groups of deployments with limits, prices and capabilities, but without the models behind them.');
    case 'names':
      return t('The names that this key may use, aliases among them.');
  }
}

function cause(t: Translate, { status }: Attempt): string {
  if (status === undefined) return t('No answer came. Check that the gateway is running, and refresh.');
  if (status === 401 || status === 403)
    return t('This key may not ask for it. Whoever runs the gateway can allow this path for the key.');
  if (status === 404 || status === 405)
    return t('The gateway has no such path: it is old, or a proxy in front of it lets only some paths through.');
  if (status === 429) return t('The gateway takes no more requests at the moment. Refresh a little later.');
  if (status >= 500) return t('The gateway failed. Its log says why; whoever runs it can read it.');
  return t("The answer is no list of models. Check that the URL is the gateway's own.");
}

function missing(t: Translate, path: string): string {
  return kindOf(path) === 'names'
    ? t('Aliases that only this key has may be missing.')
    : t('Without it, limits, prices and capabilities may be missing or assumed.');
}
