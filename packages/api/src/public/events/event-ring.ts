/** An event that was sent. */
export interface SentEvent {
  readonly number: number;
  readonly topic: string;
  /** As it goes over the wire: made once for all streams. */
  readonly bytes: Buffer;
}

/** Events that are kept for streams that come back: minutes of a busy pool, below 2 MB. */
const MOST_EVENTS = 2_048;

/** The newest events, so that a stream that was cut goes on where it was. */
export class EventRing {
  readonly #boot: string;
  readonly #events: SentEvent[] = [];
  #last = 0;

  /** @param boot names this process: numbers of another one mean nothing here */
  constructor(boot: string) {
    this.#boot = boot;
  }

  /** The id of the newest event. */
  get lastId(): string {
    return `${this.#boot}-${this.#last}`;
  }

  /** Keeps an event. @param data is written as JSON, which has no line breaks */
  push(topic: string, name: string, data: unknown): SentEvent {
    this.#last += 1;
    const id = this.lastId;
    const event = { number: this.#last, topic, bytes: eventBytes(name, data, id) };
    this.#events.push(event);
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    return event;
  }

  /** What came behind an id. @returns undefined where it is not known any more, or was another process's */
  after(id: string): readonly SentEvent[] | undefined {
    const at = id.lastIndexOf('-');
    const text = id.slice(at + 1);
    if (id.slice(0, at) !== this.#boot || !/^\d{1,15}$/.test(text)) return undefined;
    const number = Number(text);
    const first = this.#events[0]?.number ?? this.#last + 1;
    if (number > this.#last || number < first - 1) return undefined;
    return this.#events.slice(number - first + 1);
  }
}

/** An event as it goes over the wire. @param id left out for one that does not count for a resume */
export function eventBytes(name: string, data: unknown, id?: string): Buffer {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`, 'utf8');
}
