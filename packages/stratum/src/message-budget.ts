import { waitAt } from './gcra.ts';
import type { MessageKind, MessageLimits } from './message-limits.ts';

type Class = 'login' | 'submit' | 'other';

/** How much one connection may still send. It holds a number for each class that has come, and no meter. */
export class MessageBudget {
  readonly #limits: MessageLimits;
  /** When all messages of the class would be due at the even rate; undefined before the first one. */
  #login: number | undefined;
  #submit: number | undefined;
  #other: number | undefined;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Counts one message. @returns milliseconds for which the caller should stop reading; 0 within the limits */
  spend(kind: MessageKind, now: number): number {
    const of = classOf(kind);
    const { perSecond, burst } = this.#limits[of];
    const spacing = 1000 / perSecond;
    const due = Math.max(this.#dueOf(of) ?? now, now);
    this.#setDue(of, due + spacing);
    return waitAt({ due, now, spacing, burst });
  }

  #dueOf(of: Class): number | undefined {
    if (of === 'submit') return this.#submit;
    return of === 'login' ? this.#login : this.#other;
  }

  #setDue(of: Class, due: number): void {
    if (of === 'submit') this.#submit = due;
    else if (of === 'login') this.#login = due;
    else this.#other = due;
  }
}

function classOf(kind: MessageKind): Class {
  if (kind === 'submit') return 'submit';
  return kind === 'subscribe' || kind === 'authorize' ? 'login' : 'other';
}
