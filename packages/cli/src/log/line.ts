import type { Fields } from './format.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Said {
  readonly level: Level;
  /** A sentence for people. What comes from the wire has to be `plain` in it. */
  readonly text: string;
}

/** Events that are counted together: the first ones are logged one by one, further ones as one line with their number. */
export interface Gathering<Event> {
  /** Fields that distinguish the causes. Their values are from closed lists, so that a peer cannot fill the memory. */
  readonly by: readonly (keyof Event & string)[];
  /** Number of events in ten seconds that are logged one by one. */
  readonly told: number;
}

/** Everything that the log and its page know of one kind of event. */
export interface Line<Event extends object> {
  /** When the line is written, for `docs/events.md`. */
  readonly when: string;
  /** Each level that `say` can give, the usual one first. */
  readonly levels: readonly Level[];
  readonly fields: Fields<Event>;
  readonly say: (event: Event) => Said;
  /** Undefined: every event has a line. What strangers can cause by the thousand has to be gathered. */
  readonly gather: Gathering<Event> | undefined;
}

/** A line for each of these kinds. A kind without a line does not compile. */
export type Lines<Event extends { readonly kind: string }, Kind extends Event['kind'] = Event['kind']> = {
  readonly [K in Kind]: Line<Extract<Event, { readonly kind: K }>>;
};

/**
 * Number of lines in ten seconds for events that differ each time, such as workers or problems. Lines may be long, and
 * ten thousand miners may come at once.
 */
export const MOST_NEWS = 100;
