/** The steps of a connection test, each in a row of its own from the start. */
import type { PageStrings, TestStep, TestStepName } from '../../extension/src/protocol';
import { element, fill, foreign } from './elements';
import { type IconName, icon } from './icons';
import { StatusLine, type StatusText } from './status';

const names: readonly TestStepName[] = ['address', 'reachable', 'tls', 'gateway', 'key', 'models', 'chat'];

/** What a row shows. */
type RowState = 'waiting' | 'running' | TestStep['status'];

const icons: Record<RowState, IconName> = {
  waiting: 'waiting',
  running: 'running',
  ok: 'passed',
  failed: 'error',
  skipped: 'skipped',
};

/** The part of the page below the buttons; hidden until a test was asked for. */
export class ConnectionTest {
  readonly root: HTMLElement;
  readonly #strings: PageStrings;
  readonly #announce: (text: string) => void;
  readonly #status = new StatusLine();
  readonly #rows = new Map<TestStepName, HTMLElement>();
  readonly #copy: HTMLElement;
  readonly #copied = new StatusLine();
  #hasFailed = false;

  /** `announce` is given what a screen reader should say; `copy` puts the diagnosis into the clipboard and gives what to say. */
  constructor(strings: PageStrings, announce: (text: string) => void, copy: () => Promise<StatusText>) {
    this.#strings = strings;
    this.#announce = announce;
    const copyButton = element('button', { class: 'link', text: strings.copyDiagnosis });
    copyButton.type = 'button';
    copyButton.addEventListener('click', async () => this.#copied.say(await copy()));
    this.#copy = element('div', { class: 'diagnosis' }, copyButton, this.#copied.root);
    const list = element('ol', { class: 'steps' });
    for (const name of names) {
      // Steps that ask something keep room for two lines.
      const row = element('li', name === 'address' || name === 'tls' ? {} : { class: 'asks' });
      this.#rows.set(name, row);
      list.append(row);
    }
    this.root = element(
      'section',
      { class: 'test', 'aria-label': strings.testHeading },
      element('h2', { text: strings.testHeading }),
      this.#status.root,
      list,
      this.#copy,
    );
    this.root.hidden = true;
  }

  /** A test begins. */
  start(cancel: () => void): void {
    const strings = this.#strings;
    this.root.hidden = false;
    this.#hasFailed = false;
    this.#copied.say({ text: '' });
    this.#status.say({ icon: 'running', text: strings.testRunning, cancel: { label: strings.cancel, press: cancel } });
    for (const name of names) this.#set(name, name === names[0] ? 'running' : 'waiting');
  }

  /** A step is done. */
  step(step: TestStep): void {
    this.#set(step.step, step.status, step);
    if (step.status === 'failed') this.#hasFailed = true;
    if (step.status !== 'skipped') this.#announce(`${this.#strings.stepNames[step.step]}: ${this.#word(step.status)}`);
    const next = names[names.indexOf(step.step) + 1];
    // What is said of the encryption comes with the step before it; without any there is nothing to wait for.
    const goesOn = step.status === 'ok' || (step.step === 'tls' && !this.#hasFailed);
    if (next && goesOn) this.#set(next, 'running');
  }

  /** The test ran to its end. */
  finish(): void {
    const { testFailed, testPassed } = this.#strings;
    this.#status.say(this.#hasFailed ? { icon: 'error', text: testFailed } : { icon: 'passed', text: testPassed });
  }

  /** The test ended before its last step. */
  stop(ending: StatusText): void {
    this.#status.say(ending);
    for (const [name, row] of this.#rows) {
      if (row.dataset['state'] === 'running' || row.dataset['state'] === 'waiting') this.#set(name, 'skipped');
    }
  }

  /** Something was changed in the form since the test began. */
  setStale(): void {
    this.#status.addNote(this.#strings.testStale);
  }

  #set(name: TestStepName, state: RowState, step?: TestStep): void {
    const row = this.#rows.get(name);
    if (!row) return;
    row.dataset['state'] = state;
    const title = element('span', { class: 'name', text: this.#strings.stepNames[name] });
    const outcome = element('span', { class: 'outcome', text: this.#word(state) });
    const duration = element('span', {
      class: 'duration',
      // The encryption takes no time of its own that could be told.
      text: step && state !== 'skipped' && name !== 'tls' ? this.#duration(step) : '',
    });
    const detail = element('div', { class: 'detail' }, ...this.#lines(step));
    row.replaceChildren(icon(icons[state]), title, outcome, detail, duration);
  }

  #lines(step: TestStep | undefined): HTMLElement[] {
    if (!step) return [];
    const lines: HTMLElement[] = [];
    if (step.text !== '') lines.push(foreign(step.text, 'text'));
    if (step.advice !== '') lines.push(foreign(step.advice, 'advice'));
    if (step.asked !== '') {
      const exchange = `${step.asked} → ${step.came || this.#strings.noAnswerCame}`;
      const line = foreign(exchange, 'asked');
      line.title = exchange;
      lines.push(line);
    }
    return lines;
  }

  #word(state: RowState): string {
    const strings = this.#strings;
    return {
      waiting: strings.stepWaiting,
      running: strings.stepRunning,
      ok: strings.stepOk,
      failed: strings.stepFailed,
      skipped: strings.stepSkipped,
    }[state];
  }

  #duration({ durationMs }: TestStep): string {
    const { milliseconds, seconds } = this.#strings;
    if (durationMs < 1000) return fill(milliseconds, String(Math.round(durationMs)));
    return fill(seconds, (durationMs / 1000).toFixed(1));
  }
}
