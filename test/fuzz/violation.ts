/** A broken rule of the code under attack. `rule` is stable: it must stay the same while the input is made smaller. */
export class Violation extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string, cause?: unknown) {
    super(`${rule}: ${detail}`, cause === undefined ? undefined : { cause });
    this.rule = rule;
  }
}

/** @throws Violation unless `fact` is true */
export function demand(fact: boolean, rule: string, detail: string | (() => string)): asserts fact {
  if (!fact) throw new Violation(rule, typeof detail === 'string' ? detail : detail());
}

/** Calls the code under attack. An exception is a violation. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Violation('exception', detail.slice(0, 1_000), error);
  }
}
