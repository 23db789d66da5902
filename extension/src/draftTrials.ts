/** What is typed in the settings page, tried at its gateway before it is saved: its models, its guardrails, the test of the connection. */
import { Diagnosis, presentStep, type ReportContext } from './connectionReport.ts';
import type { ConnectionStep } from './core.ts';
import { bindDraft, checkDraft, type DraftRules, type DraftWords, withoutTypedKey } from './draftSettings.ts';
import type { ErrorContext } from './errors.ts';
import type { BoundSettings } from './keyBinding.ts';
import { priceLine, tokenCount } from './modelText.ts';
import type { Cancelled, Draft, Failed, ModelChoice, PageStrings, Refused, Requests, TestStep } from './protocol.ts';
import type { SavedKey } from './secrets.ts';
import type { Translate } from './settingsStrings.ts';
import { unlessAborted } from './unlessAborted.ts';

/** What of the core a trial needs. */
export interface TrialCore extends DraftRules {
  resolveEndpoints(baseUrl: string): { root: string };
  secretsOf(settings: unknown): readonly string[];
  LiteLLMHandler: new (settings: unknown) => TrialHandler;
}

/** A connection to a gateway that is only tried. */
export interface TrialHandler {
  listModels(options: { signal: AbortSignal; refresh: true }): Promise<{ models: readonly ListedModel[] }>;
  listGuardrails(options: { signal: AbortSignal }): Promise<readonly string[]>;
  testConnection(options: { signal: AbortSignal }): AsyncIterable<ConnectionStep>;
}

/** What is shown of a model. */
export interface ListedModel {
  id: string;
  name: string;
  contextWindow: number;
  inputPrice?: number;
  outputPrice?: number;
  reasoningEfforts?: readonly string[];
  /** The fields that are defaults, not the gateway's word. */
  assumed: readonly string[];
}

/** What a trial needs. */
export interface TrialDependencies extends DraftWords {
  profiles: { read(profile: string): Promise<{ settings: object; key?: SavedKey }> };
  /** Loads the core on first need. */
  core: { load(): Promise<TrialCore> };
  /** A sentence for the user, in the editor's language, about whatever was thrown. */
  describeError: (error: unknown, context: ErrorContext) => string;
  /** The extension and the editor, for a diagnosis. */
  program: string;
  /** Puts a text into the clipboard. */
  copy: (text: string) => PromiseLike<void>;
}

/** Names longer than this are cut: a name is for reading. Ids are never cut here, since they are sent. */
const longestName = 200;
/** More efforts than any model has. */
const mostEfforts = 20;

/** Tries drafts. Whatever goes wrong is told as an outcome. */
export class DraftTrials {
  readonly #dependencies: TrialDependencies;
  readonly #strings: PageStrings;
  /** What the last test of each profile found. */
  readonly #diagnoses = new Map<string, Diagnosis>();

  constructor(dependencies: TrialDependencies, strings: PageStrings) {
    this.#dependencies = dependencies;
    this.#strings = strings;
  }

  /** The models that the gateway of the draft lists. */
  async listModels(profile: string, draft: Draft, signal: AbortSignal): Promise<Requests['listModels']['result']> {
    const { translate } = this.#dependencies;
    return this.#tryGateway(profile, draft, signal, 'list', async (handler) => {
      const catalog = await unlessAborted(handler.listModels({ signal, refresh: true }), signal);
      return { outcome: 'listed', models: catalog.models.map((model) => choice(translate, model)) };
    });
  }

  /** Tests the connection; `progress` hears of each step. */
  async testConnection(
    profile: string,
    draft: Draft,
    signal: AbortSignal,
    progress: (step: TestStep) => void,
  ): Promise<Requests['testConnection']['result']> {
    return this.#tryGateway(profile, draft, signal, 'chat', async (handler, context, settings) => {
      const { translate, program } = this.#dependencies;
      const shown: ReportContext = { gateway: context.gateway ?? '', modelId: context.modelId ?? '' };
      const diagnosis = new Diagnosis(this.#strings, translate, {
        settings,
        secrets: (await this.#dependencies.core.load()).secretsOf(settings),
        context: shown,
        program,
        time: new Date(),
      });
      this.#diagnoses.set(profile, diagnosis);
      const steps = handler.testConnection({ signal })[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await unlessAborted(steps.next(), signal);
          if (next.done) return { outcome: 'finished' };
          const rows = presentStep(this.#dependencies, next.value, shown);
          diagnosis.add(rows, next.value.error);
          for (const step of rows) progress(step);
        }
      } finally {
        // Not awaited: a gateway that hangs must not hold the page's answer back.
        steps.return?.().catch(() => undefined);
      }
    });
  }

  /** The names of the guardrails of the draft's gateway. */
  async listGuardrails(
    profile: string,
    draft: Draft,
    signal: AbortSignal,
  ): Promise<Requests['listGuardrails']['result']> {
    return this.#tryGateway(profile, draft, signal, 'list', async (handler) => {
      const guardrails = await unlessAborted(handler.listGuardrails({ signal }), signal);
      return { outcome: 'listed', guardrails: [...guardrails] };
    });
  }

  /** Puts what the last test of a profile found into the clipboard. */
  async copyDiagnosis(profile: string): Promise<Requests['copyDiagnosis']['result']> {
    const { copy, translate } = this.#dependencies;
    const diagnosis = this.#diagnoses.get(profile);
    if (!diagnosis)
      return { outcome: 'failed', message: translate('There is no test yet. Test the connection first.') };
    await copy(String(diagnosis));
    return { outcome: 'copied' };
  }

  /** Works with a handler for the draft; whatever goes wrong is told as an outcome. */
  async #tryGateway<Result>(
    profile: string,
    draft: Draft,
    signal: AbortSignal,
    doing: NonNullable<ErrorContext['doing']>,
    work: (handler: TrialHandler, context: ErrorContext, settings: BoundSettings['settings']) => Promise<Result>,
  ): Promise<Result | Refused | Failed | Cancelled> {
    let context: ErrorContext = { doing };
    try {
      const core = await this.#dependencies.core.load();
      const bound = bindDraft(core, await this.#dependencies.profiles.read(profile), draft);
      const { issues, normalized } = checkDraft(core, bound, draft.more, this.#dependencies);
      if (issues.some((issue) => issue.severity === 'error')) return { outcome: 'refused', issues };
      context = { doing, modelId: normalized.modelId, gateway: core.resolveEndpoints(normalized.baseUrl).root };
      return await work(new core.LiteLLMHandler(bound.settings), context, bound.settings);
    } catch (error) {
      if (signal.aborted) return { outcome: 'cancelled' };
      return { outcome: 'failed', message: withoutTypedKey(this.#dependencies.describeError(error, context), draft) };
    }
  }
}

function choice(translate: Translate, model: ListedModel): ModelChoice {
  const isContextStated = !model.assumed.includes('contextWindow');
  return {
    id: model.id,
    name: model.name.slice(0, longestName),
    context: isContextStated ? translate('{0} context', tokenCount(model.contextWindow)) : '',
    price: priceLine(translate, model.inputPrice, model.outputPrice),
    reasoningEfforts: (model.reasoningEfforts ?? [])
      .slice(0, mostEfforts)
      .map((effort) => effort.slice(0, longestName)),
  };
}
