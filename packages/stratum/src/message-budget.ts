import { Gcra } from './gcra.ts';
import type { MessageKind, MessageLimits } from './message-limits.ts';

type Class = 'login' | 'submit' | 'other';

/** What one connection may still send. Meters are made when the first message of their kind comes. */
export class MessageBudget {
  readonly #limits: MessageLimits;
  #login: Gcra | undefined;
  #submit: Gcra | undefined;
  #other: Gcra | undefined;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** A message came. @returns 0, or for how many milliseconds nothing more should be read */
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
