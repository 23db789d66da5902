/** Work that runs one after another, whoever asks for it: two changes that mix could leave half of each. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after all that was given before, whatever came of that. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = this.#last.then(work);
    this.#last = running.catch(() => undefined);
    return running;
  }
}
