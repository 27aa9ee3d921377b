import type { Logger } from 'pino';
import type { Gathering } from './line.ts';
import { fieldsOf, type LogEvent, lineOf } from './lines.ts';

const GATHER_MS = 10_000;

interface Gathered {
  /** The kind of the events, and the fields that they have in common. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly told: number;
  count: number;
}

/** Writes events to the log. Events that an attacker can cause by the thousand are counted instead. */
export class EventLog {
  readonly #logger: Logger;
  /** Counts of the present interval. Keys come from closed lists, so that a peer cannot fill the memory. */
  readonly #gathered = new Map<string, Gathered>();
  readonly #timer: NodeJS.Timeout;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#timer = setInterval(() => this.flush(), GATHER_MS);
    this.#timer.unref();
  }

  write(event: LogEvent): void {
    const line = lineOf(event);
    // The first events of a group are logged in full.
    if (line.gather !== undefined && !this.#isTold(event, line.gather)) return;
    const { level, text } = line.say(event);
    // Most events are shares, on a level that is usually off.
    if (this.#logger.isLevelEnabled(level)) this.#logger[level](fieldsOf(event), text);
  }

  /** Logs how many more events of each group there were. */
  flush(): void {
    for (const { fields, told, count } of this.#gathered.values()) {
      const more = count - told;
      if (more <= 0) continue;
      const words = Object.values(fields).join(' ');
      this.#logger.warn({ ...fields, more }, `${more} more like this within ${GATHER_MS / 1000} s: ${words}`);
    }
    this.#gathered.clear();
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  /** Counts the event. @returns whether it is one of the first of its group */
  #isTold(event: LogEvent, { by, told }: Gathering<LogEvent>): boolean {
    const causes = by.map((field) => [field, event[field]] as const);
    const key = [event.kind, ...causes.map(([, cause]) => cause)].join(' ');
    const fields = { event: event.kind, ...Object.fromEntries(causes) };
    const gathered = this.#gathered.get(key) ?? { fields, told, count: 0 };
    gathered.count += 1;
    this.#gathered.set(key, gathered);
    return gathered.count <= told;
  }
}
