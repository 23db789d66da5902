/** Asks the extension: numbered requests, each with one typed answer, a time limit where nobody can cancel, and cancellation. */
import type {
  HostMessage,
  KeptPage,
  PageMessage,
  RequestMessage,
  RequestName,
  Requests,
  TestStep,
} from '../../extension/src/protocol';
import { isResult, readHostMessage } from './hostMessages';

/** The extension could not answer; `message` is a sentence for the user, or empty when no answer came at all. */
export class NoAnswer extends Error {}

/** What the extension says of a failed request; `otherwise` where it said nothing. */
export function reasonOf(error: unknown, otherwise: string): string {
  return (error instanceof NoAnswer && error.message) || otherwise;
}

/** A request that is under way. */
export interface Pending<Name extends RequestName> {
  /** The answer. Rejects with {@link NoAnswer}; stays open after `cancel`. */
  readonly answer: Promise<Requests[Name]['result']>;
  /** Lets the extension stop; no answer and no progress comes from here on. */
  cancel(): void;
}

/** How long a request may take that shows no way to cancel it, in milliseconds. Saving may wait for the system's key ring to be unlocked. */
const timeLimits: { [Name in RequestName]?: number } = {
  start: 60_000,
  validate: 60_000,
  save: 180_000,
  changeProfiles: 180_000,
  copyDiagnosis: 60_000,
  manageModels: 60_000,
  changePreference: 180_000,
  describeModel: 180_000,
  checkOverride: 60_000,
  saveOverride: 180_000,
};

/** Asks the extension about one profile. */
export interface ProfileRpc {
  /** Sends a request. Nothing of its parameters is kept. */
  request<Name extends RequestName>(
    name: Name,
    parameters: Requests[Name]['parameters'],
    progress?: (step: TestStep) => void,
  ): Pending<Name>;
}

/** What the extension tells without being asked. */
export type Announcement = Extract<HostMessage, { type: 'saved' | 'profiles' | 'show' }>;

interface Waiting {
  readonly name: RequestName;
  readonly resolve: (result: never) => void;
  readonly reject: (error: NoAnswer) => void;
  readonly progress: ((step: TestStep) => void) | undefined;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** The page's end of the line to the extension. */
export class Rpc {
  readonly #post: (message: PageMessage) => void;
  readonly #announce: (announcement: Announcement) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** `post` hands a message to the extension; `announce` hears what the extension tells without being asked. */
  constructor(post: (message: PageMessage) => void, announce: (announcement: Announcement) => void) {
    this.#post = post;
    this.#announce = announce;
  }

  /** Asks about the profile of this id. */
  of(profile: string): ProfileRpc {
    return { request: (name, parameters, progress) => this.#request(profile, name, parameters, progress) };
  }

  /** Takes whatever the page was sent; what is no message of the protocol, or answers nothing that is open, is ignored. */
  receive(value: unknown): void {
    const message = readHostMessage(value);
    if (!message) return;
    if (message.type === 'saved' || message.type === 'profiles' || message.type === 'show') {
      this.#announce(message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.type === 'progress') waiting.progress?.(message.step);
    else if (message.type === 'failure') this.#close(message.id)?.reject(new NoAnswer(message.message));
    else if (isResult(waiting.name, message.result)) this.#close(message.id)?.resolve(message.result as never);
  }

  #request<Name extends RequestName>(
    profile: string,
    name: Name,
    parameters: Requests[Name]['parameters'],
    progress?: (step: TestStep) => void,
  ): Pending<Name> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Requests[Name]['result']>((resolve, reject) => {
      const limit = timeLimits[name];
      const timer = limit === undefined ? undefined : setTimeout(() => this.#expire(id), limit);
      this.#waiting.set(id, { name, resolve, reject, progress, timer });
    });
    this.#post({ type: 'request', id, name, profile, parameters } as RequestMessage);
    return {
      answer,
      cancel: () => {
        if (this.#close(id)) this.#post({ type: 'cancel', id });
      },
    };
  }

  /** Tells the extension what to keep beyond the page's life. */
  keep(kept: KeptPage): void {
    this.#post({ type: 'keep', kept });
  }

  #expire(id: number): void {
    const waiting = this.#close(id);
    if (!waiting) return;
    this.#post({ type: 'cancel', id });
    waiting.reject(new NoAnswer());
  }

  #close(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
