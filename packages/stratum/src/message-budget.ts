import { Gcra } from './gcra.ts';
import type { MessageKind, MessageLimits } from './message-limits.ts';

type Class = 'login' | 'submit' | 'other';

/** How much one connection may still send. The meter of a class is made when the first message of that class comes. */
export class MessageBudget {
  readonly #limits: MessageLimits;
  #login: Gcra | undefined;
  #submit: Gcra | undefined;
  #other: Gcra | undefined;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Counts one message. @returns milliseconds for which the caller should stop reading; 0 within the limits */
  spend(kind: MessageKind, now: number): number {
    switch (classOf(kind)) {
      case 'login':
        this.#login ??= this.#meter('login');
        return this.#login.take(now);
      case 'submit':
        this.#submit ??= this.#meter('submit');
        return this.#submit.take(now);
      case 'other':
        this.#other ??= this.#meter('other');
        return this.#other.take(now);
    }
  }

  #meter(of: Class): Gcra {
    const { perSecond, burst } = this.#limits[of];
    return new Gcra(perSecond, burst);
  }
}

function classOf(kind: MessageKind): Class {
  if (kind === 'submit') return 'submit';
  return kind === 'subscribe' || kind === 'authorize' ? 'login' : 'other';
}
