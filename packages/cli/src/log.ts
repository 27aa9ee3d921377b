import type { PoolEvent } from '@adit/pool';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { blockLine } from './block-lines.ts';

export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'pretty' | 'json';
}

/** Makes the logger on stdout: pretty lines for a terminal, JSON lines for everything else. */
export function makeLogger(options: LogOptions): Logger {
  const forPeople = options.format === 'pretty' || (options.format === 'auto' && process.stdout.isTTY);
  const base = {
    level: options.level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!forPeople) return pino(base);
  return pino(
    base,
    pretty({
      colorize: process.stdout.isTTY,
      singleLine: true,
      ignore: 'pid,hostname,event',
      translateTime: 'SYS:HH:MM:ss',
    }),
  );
}

/** Text from the wire, made safe for a log: without control characters and changes of the writing direction. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The log line for an event of the pool: level, sentence, fields. */
export function describe(event: PoolEvent): { level: Level; text: string; fields: Record<string, unknown> } {
  return { ...sentence(event), fields: fieldsOf(event) };
}

function fieldsOf(event: PoolEvent): Record<string, unknown> {
  const { kind, ...rest } = event;
  const fields = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, loggable(value)]));
  return { event: kind, ...fields };
}

function sentence(event: PoolEvent): { level: Level; text: string } {
  switch (event.kind) {
    case 'listening':
      return { level: 'info', text: `${event.port} listens on ${event.host}:${event.number}` };
    case 'connected':
      return { level: 'debug', text: 'a miner connected' };
    case 'disconnected':
      return { level: 'debug', text: `a connection ended: ${plain(event.detail)}` };
    case 'connection_refused':
      return { level: 'warn', text: `a connection was refused: ${plain(event.detail)}` };
    case 'subscribed':
      return { level: 'debug', text: 'a miner subscribed' };
    case 'authorized':
      return { level: 'info', text: `${plain(event.worker)} mines` };
    case 'work':
      return {
        level: event.clean ? 'info' : 'debug',
        text: `${event.chain}: ${event.clean ? 'new work' : 'refreshed work'}${event.height === undefined ? '' : ` at height ${event.height}`}`,
      };
    case 'share_accepted':
      return { level: 'debug', text: `share accepted from ${plain(event.worker)}` };
    case 'refused':
      return {
        level: 'debug',
        text: event.submission ? `share refused: ${event.reason}` : `request refused: ${event.reason}`,
      };
    case 'target_changed':
      return { level: 'debug', text: 'share target changed' };
    case 'block_found':
    case 'block_submitted':
    case 'block_state':
      return blockLine(event, plain);
    case 'node':
      return {
        level: event.news ? (event.status.state === 'ready' ? 'info' : 'warn') : 'debug',
        text: `${event.chain}: node ${event.status.node} is ${event.status.state}: ${plain(event.status.detail)}`,
      };
    case 'outage':
      return event.sinceMs === undefined
        ? { level: 'info', text: `${event.chain}: a node gives work again` }
        : { level: 'error', text: `${event.chain}: no node gives work` };
    case 'nodes_disagree':
      return {
        level: 'error',
        text: `${event.chain}: the nodes disagree about the block at height ${event.height}`,
      };
    case 'broadcast':
      return { level: 'debug', text: `${event.port}: a job has reached ${event.connections} connections` };
    case 'committed':
      return { level: 'debug', text: `${event.shares} shares are on disk` };
    case 'verified':
      return { level: 'debug', text: `${event.tasks} proofs checked` };
    case 'conduct':
      return conduct(event);
    case 'slowed':
      return {
        level: 'warn',
        text: `${event.subject} is read more slowly: far more of its messages are refused than its accepted shares explain`,
      };
    case 'ban_lifted':
      return { level: 'info', text: `the ban of ${event.subject} was lifted` };
    case 'journal':
      return event.problem === undefined
        ? { level: 'info', text: 'the journal keeps shares' }
        : { level: 'error', text: `the journal keeps nothing, shares are refused: ${event.problem}` };
    case 'verifier':
      return { level: 'error', text: `a verifier thread was lost: ${event.problem}` };
    case 'problem':
      return { level: 'error', text: `${event.what}: ${event.detail}` };
  }
}

const RUNGS = {
  none: 'did nothing wrong',
  warn: 'was warned',
  slow: 'is read more slowly',
  disconnect: 'was disconnected',
  ban: 'was banned',
} as const;

function conduct(event: Extract<PoolEvent, { kind: 'conduct' }>): { level: Level; text: string } {
  return { level: 'warn', text: `${event.address} ${RUNGS[event.rung]}: ${event.offence}` };
}

function loggable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loggable);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, loggable(part)]));
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return plain(value);
  return value;
}

/** Writes events of the pool to the log. Events that an attacker can cause by the thousand are counted instead. */
export class EventLog {
  readonly #logger: Logger;
  /** Counts of the present interval. Keys come from closed lists, so that a peer cannot fill the memory. */
  readonly #gathered = new Map<string, { readonly group: Group; count: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#timer = setInterval(() => this.flush(), GATHER_MS);
    this.#timer.unref();
  }

  write(event: PoolEvent): void {
    const group = groupOf(event);
    // The first events of a group are logged in full.
    if (group !== undefined && this.#count(group) > group.told) return;
    const { level, text } = sentence(event);
    // Most events are shares, on a level that is usually off.
    if (this.#logger.isLevelEnabled(level)) this.#logger[level](fieldsOf(event), text);
  }

  /** Logs how many more events of each group there were. */
  flush(): void {
    for (const { group, count } of this.#gathered.values()) {
      const { fields, told } = group;
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

  /** @returns the number of events in the group, this one included */
  #count(group: Group): number {
    const key = Object.values(group.fields).join(' ');
    const gathered = this.#gathered.get(key) ?? { group, count: 0 };
    gathered.count += 1;
    this.#gathered.set(key, gathered);
    return gathered.count;
  }
}

const GATHER_MS = 10_000;
/**
 * Limit for events that differ each time, such as workers or problems. Lines may be long, and ten thousand miners may
 * come at once.
 */
const MOST_NEWS = 100;

/** Events that are counted together. */
interface Group {
  /** The kind of the events, and fields that distinguish their causes: values from closed lists. */
  readonly fields: Readonly<Record<string, string>>;
  /** Number of events that are logged one by one. */
  readonly told: number;
}

/** @returns undefined for an event that is always logged */
function groupOf(event: PoolEvent): Group | undefined {
  switch (event.kind) {
    case 'connection_refused':
      return { fields: { event: event.kind, because: event.because }, told: 1 };
    case 'conduct':
      return { fields: { event: event.kind, rung: event.rung, offence: event.offence }, told: 1 };
    case 'authorized':
    case 'problem':
    case 'slowed':
      return { fields: { event: event.kind }, told: MOST_NEWS };
    default:
      return undefined;
  }
}
