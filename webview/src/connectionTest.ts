/** The steps of a connection test, each in a row of its own from the start. */
import type { PageStrings, TestStep, TestStepName } from '../../extension/src/protocol';
import { element, fill, foreign } from './elements';
import { type IconName, icon } from './icons';
import { StatusLine, type StatusText } from './status';

const names: readonly TestStepName[] = ['address', 'reachable', 'gateway', 'key', 'models', 'chat'];

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
  #hasFailed = false;

  /** `announce` is given what a screen reader should say. */
  constructor(strings: PageStrings, announce: (text: string) => void) {
    this.#strings = strings;
    this.#announce = announce;
    const list = element('ol', { class: 'steps' });
    for (const name of names) {
      const row = element('li');
      this.#rows.set(name, row);
      list.append(row);
    }
    this.root = element(
      'section',
      { class: 'test', 'aria-label': strings.testHeading },
      element('h2', { text: strings.testHeading }),
      this.#status.root,
      list,
    );
    this.root.hidden = true;
  }

  /** A test begins. */
  start(cancel: () => void): void {
    const strings = this.#strings;
    this.root.hidden = false;
    this.#hasFailed = false;
    this.#status.say({ icon: 'running', text: strings.testRunning, cancel: { label: strings.cancel, press: cancel } });
    for (const name of names) this.#set(name, name === names[0] ? 'running' : 'waiting');
  }

  /** A step is done. */
  step(step: TestStep): void {
    this.#set(step.step, step.status, step);
    if (step.status === 'failed') this.#hasFailed = true;
    if (step.status !== 'skipped') this.#announce(`${this.#strings.stepNames[step.step]}: ${this.#word(step.status)}`);
    const next = names[names.indexOf(step.step) + 1];
    if (next && step.status === 'ok') this.#set(next, 'running');
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
      text: step && state !== 'skipped' ? this.#duration(step) : '',
    });
    row.replaceChildren(icon(icons[state]), title, outcome, foreign(step?.text ?? '', 'detail'), duration);
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
