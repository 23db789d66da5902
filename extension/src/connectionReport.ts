/** What a connection test found, for the page and for an administrator. The core decides; here it is put into words. */
import { type CauseContext, explainCause } from './connectionCauses.ts';
import type { ConnectionStep } from './core.ts';
import type { ErrorContext } from './errors.ts';
import { LogText, secretsOf } from './logText.ts';
import { price } from './modelText.ts';
import type { PageStrings, TestStep } from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** What it takes to put steps into words. */
interface Words {
  translate: Translate;
  /** A sentence for the user about whatever was thrown. */
  describeError: (error: unknown, context: ErrorContext) => string;
}

/** Where a test is made. */
export interface ReportContext {
  gateway: string;
  modelId: string;
}

/** The rows of the page for a step: reaching a gateway and encrypting the way to it are one step of the core. */
export function presentStep(words: Words, step: ConnectionStep, context: ReportContext): TestStep[] {
  const { translate } = words;
  const row: TestStep = {
    step: step.step,
    status: step.status,
    durationMs: step.durationMs,
    text: '',
    advice: '',
    asked: step.request ? `${step.request.method} ${step.request.url}` : '',
    came: came(step, translate),
  };
  const told =
    step.status === 'failed'
      ? failure(words, step, context)
      : { text: finding(translate, step, context.modelId), advice: '' };
  if (step.step !== 'reachable') return [{ ...row, ...told }];
  const encryption: TestStep = { ...row, step: 'tls', durationMs: 0, text: '', advice: '', asked: '', came: '' };
  switch (step.encryption) {
    case 'failed':
      return [
        { ...row, status: 'ok', text: context.gateway, asked: '', came: '' },
        { ...encryption, ...told, status: 'failed', asked: row.asked, came: row.came },
      ];
    case 'ok':
      return [
        { ...row, ...told },
        {
          ...encryption,
          status: 'ok',
          text: translate('The connection is encrypted, and the certificate is trusted.'),
        },
      ];
    case 'none':
      return [
        { ...row, ...told },
        { ...encryption, status: 'skipped', text: translate('The URL begins with http://: nothing is encrypted.') },
      ];
    default:
      return [
        { ...row, ...told },
        { ...encryption, status: 'skipped' },
      ];
  }
}

function came({ replyStatus, version }: ConnectionStep, translate: Translate): string {
  const parts = [
    ...(replyStatus === undefined ? [] : [String(replyStatus)]),
    ...(version === undefined ? [] : [translate('version {0}', version)]),
  ];
  return parts.join(' · ');
}

function failure({ translate, describeError }: Words, step: ConnectionStep, { gateway, modelId }: ReportContext) {
  const causeContext: CauseContext = {
    gateway,
    status: String(step.replyStatus ?? ''),
    rightBaseUrl: step.rightBaseUrl ?? '',
  };
  const explained = step.cause && explainCause(translate, step.cause, causeContext);
  const doing = step.step === 'chat' ? 'chat' : 'list';
  return explained ?? { text: describeError(step.error, { doing, gateway, modelId }), advice: '' };
}

/** What a step found, in the editor's language. Where nothing is counted, the core's sentence is the key. */
function finding(translate: Translate, step: ConnectionStep, modelId: string): string {
  const { modelCount, hasModel, status, detail, firstPartMs, totalCost } = step;
  if (modelCount !== undefined && modelCount > 0) {
    const count = String(modelCount);
    if (hasModel) {
      return modelCount === 1
        ? translate('1 model, and {0} is one of them.', modelId)
        : translate('{0} models, and {1} is one of them.', count, modelId);
    }
    return modelCount === 1
      ? translate('1 model; {0} is not one of them. The gateway may know it all the same.', modelId)
      : translate('{0} models; {1} is not one of them. The gateway may know it all the same.', count, modelId);
  }
  if (step.step !== 'chat' || status === 'skipped') return translate(detail);
  if (firstPartMs === undefined) return translate('{0} answers.', modelId);
  const time = String(Math.round(firstPartMs));
  if (totalCost === undefined) return translate('First words after {0} ms', time);
  return translate('First words after {0} ms, cost {1}', time, price(totalCost));
}

/** What of the settings and the program a diagnosis tells. */
export interface DiagnosisSubject {
  /** All settings with which the test was made, the key among them. */
  settings: Readonly<Record<string, unknown>>;
  /** The texts in them that the core holds for secret. */
  secrets: readonly string[];
  context: ReportContext;
  /** The extension and the editor, such as "LiteLLM Gateway 0.1.0, Visual Studio Code 1.104.0, desktop". */
  program: string;
  /** When the test began. */
  time: Date;
}

/** Facts about a test for an administrator, without any secret: neither the key, nor header values, nor the URL's query. */
export class Diagnosis {
  readonly #subject: DiagnosisSubject;
  readonly #strings: PageStrings;
  readonly #translate: Translate;
  readonly #text = new LogText();
  readonly #rows: { row: TestStep; error: unknown }[] = [];

  constructor(strings: PageStrings, translate: Translate, subject: DiagnosisSubject) {
    this.#strings = strings;
    this.#translate = translate;
    this.#subject = subject;
    const { settings, secrets } = subject;
    const values = Object.values(isRecord(settings['headers']) ? settings['headers'] : {});
    this.#text.keepOut([...secretsOf(settings), ...secrets, ...values.map(String)]);
  }

  /** Takes note of rows of the page, and of the error behind them. */
  add(rows: readonly TestStep[], error: unknown): void {
    for (const row of rows) this.#rows.push({ row, error: row.status === 'failed' ? error : undefined });
  }

  /** The text. */
  toString(): string {
    const t = this.#translate;
    const { settings, context, program, time } = this.#subject;
    const { LITELLM_API_KEY } = (settings['env'] ?? {}) as { LITELLM_API_KEY?: unknown };
    const headers = Object.keys(isRecord(settings['headers']) ? settings['headers'] : {});
    const lines = [
      t('Connection test of {0}', program),
      time.toISOString(),
      t('URL: {0}', context.gateway),
      t('Model: {0}', context.modelId),
      settings['apiKey'] || LITELLM_API_KEY ? t('API key: set, not told here') : t('API key: none'),
      ...(headers.length > 0 ? [t('Custom headers, without their values: {0}', headers.join(', '))] : []),
      '',
      ...this.#rows.flatMap(({ row, error }) => this.#rowLines(row, error)),
    ];
    return `${lines.map((line) => this.#line(line)).join('\n')}\n`;
  }

  #rowLines(row: TestStep, error: unknown): string[] {
    const { stepNames, stepOk, stepFailed, stepSkipped } = this.#strings;
    const status = { ok: stepOk, failed: stepFailed, skipped: stepSkipped }[row.status];
    const asked = row.asked === '' ? '' : `${row.asked} → ${row.came || this.#translate('no answer')}`;
    const duration = row.status === 'skipped' || row.durationMs < 1 ? '' : `${Math.round(row.durationMs)} ms`;
    const facts = [asked, duration].filter((fact) => fact !== '').join(', ');
    const { message, kind, detail, callId } = (isRecord(error) ? error : {}) as Record<string, unknown>;
    const more = [
      row.text,
      row.advice,
      kind && `${kind}: ${message}`,
      detail,
      callId && `x-litellm-call-id: ${callId}`,
    ];
    const unique = [...new Set(more.filter((text): text is string => typeof text === 'string' && text !== ''))];
    return [
      `${status} - ${stepNames[row.step]}${facts === '' ? '' : `: ${facts}`}`,
      ...unique.map((text) => `    ${text}`),
    ];
  }

  /** The indentation of a line stays; what is in it becomes one line without secrets. */
  #line(line: string): string {
    const indentation = /^ */.exec(line)?.[0] ?? '';
    return indentation + this.#text.sentence(line);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
