import type { Message } from '@adit/stratum';
import { jsonPlaces, replaceParts } from '@adit/wire';
import type { ConversationEvent } from '../recording/recording.ts';
import { type Step, scriptOf, wireBytes } from './script.ts';

/** Bytes that are to be sent. */
export interface Sending {
  readonly bytes: Uint8Array;
  /** The pause after the bytes before, in milliseconds. */
  readonly pauseMs: number;
  /** Whether the pool ends its side after these bytes. */
  readonly last: boolean;
}

/**
 * The pool's part on one connection of a recording, without a socket. A request gets the recorded answer to the next
 * request of that method, with its own id. Other lines of the pool follow when the miner is as far as in the recording.
 */
export class RecordedPool {
  readonly #steps: readonly Step[];
  /** Places that are done: lines that were sent, and requests that came, with their ids (JSON text). */
  readonly #done = new Map<number, string | undefined>();
  /** The furthest place that the miner has reached. */
  #reached = -1;

  /** All places before this one are done. */
  #low = 0;

  /** @param events of one connection */
  constructor(events: readonly ConversationEvent[]) {
    this.#steps = scriptOf(events);
  }

  /** @returns the lines that the pool sends before the miner speaks */
  begin(): Sending[] {
    return this.#due();
  }

  /** @returns what is to be sent now, and `unknown` where the recording has no such message (any more) */
  heard(message: Message): { sendings: Sending[]; unknown: boolean } {
    this.#advance();
    const place = this.#find(
      this.#low,
      ({ line }, index) => line?.from === 'miner' && !this.#done.has(index) && isAlike(line.message, message),
    );
    if (place === -1) return { sendings: [], unknown: true };
    this.#done.set(place, 'id' in message ? message.id : undefined);
    this.#reached = Math.max(this.#reached, place);
    return { sendings: this.#due(), unknown: false };
  }

  #due(): Sending[] {
    // The next line of the miner that must come first. Earlier lines that the miner has left out do not matter.
    const next = this.#find(
      this.#reached + 1,
      ({ line }, index) =>
        line?.from === 'miner' && line.message.kind !== 'response' && !this.#done.has(index),
    );
    const horizon = next === -1 ? this.#steps.length : next;
    return this.#steps.slice(this.#low).flatMap((step, offset): Sending[] => {
      const index = this.#low + offset;
      if (this.#done.has(index) || !this.#isDue(step, index, horizon)) return [];
      this.#done.set(index, undefined);
      const pauseMs = step.event.at - (this.#steps[index - 1]?.event.at ?? step.event.at);
      const { line } = step;
      if (line === undefined) return [{ bytes: new Uint8Array(0), pauseMs, last: true }];
      const id = step.answers === undefined ? undefined : this.#done.get(step.answers);
      return [{ bytes: wireBytes(step, withId(line.bytes, id)), pauseMs, last: false }];
    });
  }

  /** Moves the beginning of searches forward, so that a long recording is not searched whole for every line. */
  #advance(): void {
    for (let step = this.#steps[this.#low]; step !== undefined; step = this.#steps[this.#low]) {
      const mute = step.line === undefined && !isPoolsEnd(step);
      if (!mute && !this.#done.has(this.#low)) return;
      this.#low += 1;
    }
  }

  #find(from: number, wanted: (step: Step, index: number) => boolean): number {
    for (let index = from; index < this.#steps.length; index += 1) {
      const step = this.#steps[index];
      if (step !== undefined && wanted(step, index)) return index;
    }
    return -1;
  }

  #isDue(step: Step, index: number, horizon: number): boolean {
    const { line, answers } = step;
    if (line === undefined) return isPoolsEnd(step) && index < horizon;
    if (line.from === 'miner') return false;
    return answers === undefined ? index < horizon : this.#done.has(answers);
  }
}

function isPoolsEnd({ event }: Step): boolean {
  return 'event' in event && event.event === 'ended' && event.from === 'pool';
}

function isAlike(recorded: Message, message: Message): boolean {
  if (recorded.kind === 'response' || recorded.kind === 'fault') return recorded.kind === message.kind;
  if (message.kind === 'response' || message.kind === 'fault') return false;
  return recorded.method === message.method && recorded.kind === message.kind;
}

/** Replaces the id of a line (JSON text), and nothing else. */
function withId(line: Uint8Array, id: string | undefined): Uint8Array {
  const text = Buffer.from(line).toString();
  const places = id === undefined ? undefined : jsonPlaces(text);
  if (id === undefined || places === undefined) return line;
  const ids = places.filter(({ kind, path }) => kind !== 'name' && path.length === 1 && path[0] === 'id');
  return Buffer.from(
    replaceParts(
      text,
      ids.map((place) => ({ ...place, text: id })),
    ),
  );
}
