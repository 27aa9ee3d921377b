import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PublicExtension } from '../http/public-server.ts';
import { readQuery } from '../http/read-path.ts';
import { API_HEADERS } from '../http/respond.ts';
import { ProblemError } from '../problems.ts';
import { EventRing, eventBytes } from './event-ring.ts';
import { readTopics } from './topics.ts';

/** Bounds of the streams. */
export interface EventStreamsOptions {
  readonly maxStreams?: number;
  readonly maxOfAddress?: number;
  /** Bytes that wait for one reader: more is a reader that does not read. */
  readonly maxWaiting?: number;
  readonly heartbeatMs?: number;
  readonly maxAgeMs?: number;
}

/** What the streams ask. */
export interface EventStreamsModules {
  /** True if anybody may see this account. */
  readonly isShown: (chain: string, account: string) => boolean;
  /** Time of the figures. */
  readonly asOfMs: () => number;
}

/** Each takes some 20 KB. */
const MAX_STREAMS = 2_000;
/** Tabs of one household, or rigs behind one address that watch. */
const MAX_OF_ADDRESS = 12;
const MAX_WAITING = 64 * 1024;
/** Below the patience of usual proxies (60 s), and of the server for silent connections. */
const HEARTBEAT_MS = 15_000;
const MAX_AGE_MS = 4 * 3_600_000;
const RETRY_MS = 3_000;
const MOST_BYE_MS = 30_000;
const LEAST_BYE_MS = 1_000;

interface Stream {
  readonly response: ServerResponse;
  readonly address: string;
  readonly topics: ReadonlySet<string>;
  readonly sinceMs: number;
}

const HEARTBEAT = Buffer.from(':\n\n');

/**
 * Server-sent events. An event is made into bytes once for all streams, and nothing ever waits for a reader: one that does not read is cut,
 * and comes back with the id of the last event that it got.
 */
export class EventStreams implements PublicExtension {
  readonly #options: Required<EventStreamsOptions>;
  readonly #modules: EventStreamsModules;
  readonly #boot = randomBytes(6).toString('hex');
  readonly #ring = new EventRing(this.#boot);
  readonly #streams = new Set<Stream>();
  readonly #addresses = new Map<string, number>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: EventStreamsOptions, modules: EventStreamsModules) {
    this.#options = {
      maxStreams: MAX_STREAMS,
      maxOfAddress: MAX_OF_ADDRESS,
      maxWaiting: MAX_WAITING,
      heartbeatMs: HEARTBEAT_MS,
      maxAgeMs: MAX_AGE_MS,
      ...options,
    };
    this.#modules = modules;
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Open streams. */
  get open(): number {
    return this.#streams.size;
  }

  /** Topics of accounts that somebody follows. */
  get accountTopics(): ReadonlySet<string> {
    const topics = new Set<string>();
    for (const stream of this.#streams)
      for (const topic of stream.topics) if (topic.startsWith('account:')) topics.add(topic);
    return topics;
  }

  /** Sends an event to all streams of its topic. Events of accounts are states: they are not kept for those who come back. */
  publish(topic: string, name: string, data: unknown): void {
    const bytes = topic.startsWith('account:')
      ? eventBytes(name, data)
      : this.#ring.push(topic, name, data).bytes;
    for (const stream of this.#streams) if (stream.topics.has(topic)) this.#write(stream, bytes);
  }

  take(
    request: IncomingMessage,
    response: ServerResponse,
    { segments, search }: { readonly segments: readonly string[]; readonly search: string },
    address: string,
  ): boolean {
    if (segments.length !== 3 || segments[1] !== 'v1' || segments[2] !== 'events') return false;
    const topics = readTopics(readQuery(search), this.#modules.isShown);
    const { maxStreams, maxOfAddress } = this.#options;
    const own = this.#addresses.get(address) ?? 0;
    if (own >= maxOfAddress) throw tooMany(response, 'too many streams from this address');
    if (this.#streams.size >= maxStreams) {
      response.setHeader('retry-after', 30);
      throw new ProblemError('ADIT_API_BUSY');
    }
    response.writeHead(200, {
      ...API_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return true;
    }
    this.#addresses.set(address, own + 1);
    const stream = { response, address, topics, sinceMs: performance.now() };
    this.#streams.add(stream);
    response.once('close', () => this.#forget(stream));
    this.#begin(stream, request.headers['last-event-id']);
    return true;
  }

  /** Says goodbye to all streams, and asks each to come back at another time. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams) {
      const retryMs = Math.round(LEAST_BYE_MS + Math.random() * (MOST_BYE_MS - LEAST_BYE_MS));
      stream.response.end(
        Buffer.concat([Buffer.from(`retry: ${retryMs}\n`), eventBytes('bye', { retryMs })]),
      );
    }
    this.#streams.clear();
  }

  #begin(stream: Stream, lastId: string | string[] | undefined): void {
    const id = Array.isArray(lastId) ? lastId[0] : lastId;
    const hello = { boot: this.#boot, asOfMs: this.#modules.asOfMs(), topics: [...stream.topics] };
    const parts: Buffer[] = [Buffer.from(`retry: ${RETRY_MS}\n`)];
    const missed = this.#missed(stream.topics, id);
    if (missed === undefined) parts.push(eventBytes('reset', {}, this.#ring.lastId));
    else parts.push(...missed);
    // Last, as its id says that everything before it was sent.
    parts.push(eventBytes('hello', hello, this.#ring.lastId));
    this.#write(stream, Buffer.concat(parts));
  }

  /** @returns undefined where it is not known any more, or is more than may wait for a reader */
  #missed(topics: ReadonlySet<string>, id: string | undefined): readonly Buffer[] | undefined {
    const events = id === undefined ? [] : this.#ring.after(id);
    const missed = events?.filter(({ topic }) => topics.has(topic)).map(({ bytes }) => bytes);
    const length = missed?.reduce((sum, bytes) => sum + bytes.length, 0) ?? 0;
    return length > this.#options.maxWaiting ? undefined : missed;
  }

  #write(stream: Stream, bytes: Buffer): void {
    const { response } = stream;
    if (response.destroyed) return;
    if (response.writableLength > this.#options.maxWaiting) {
      response.destroy();
      return;
    }
    response.write(bytes);
  }

  #beat(): void {
    const oldest = performance.now() - this.#options.maxAgeMs;
    for (const stream of this.#streams) {
      if (stream.sinceMs < oldest) stream.response.end();
      else this.#write(stream, HEARTBEAT);
    }
  }

  #forget(stream: Stream): void {
    this.#streams.delete(stream);
    const left = (this.#addresses.get(stream.address) ?? 1) - 1;
    if (left <= 0) this.#addresses.delete(stream.address);
    else this.#addresses.set(stream.address, left);
  }
}

function tooMany(response: ServerResponse, detail: string): ProblemError {
  response.setHeader('retry-after', 30);
  return new ProblemError('ADIT_API_TOO_MANY', detail);
}
