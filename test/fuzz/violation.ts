/** What the code under attack must never do. `rule` is stable: while an input is made smaller, it must stay the same. */
export class Violation extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string, cause?: unknown) {
    super(`${rule}: ${detail}`, cause === undefined ? undefined : { cause });
    this.rule = rule;
  }
}

/** @throws Violation unless `fact` */
export function demand(fact: boolean, rule: string, detail: string | (() => string)): asserts fact {
  if (!fact) throw new Violation(rule, typeof detail === 'string' ? detail : detail());
}

/** Calls into the code under attack: an exception is a violation. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Violation('exception', detail.slice(0, 1_000), error);
  }
}
