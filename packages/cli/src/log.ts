import type { PoolEvent } from '@adit/pool';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'pretty' | 'json';
}

/** Pretty lines for a terminal, JSON lines for everything else, on stdout. */
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

/** Text from the wire made fit for a log: no control characters, no tricks with the writing direction. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** One log line for an event of the pool: level, sentence, fields. */
export function describe(event: PoolEvent): { level: Level; text: string; fields: Record<string, unknown> } {
  const { kind, ...rest } = event;
  const fields = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, loggable(value)]));
  return { ...sentence(event), fields: { event: kind, ...fields } };
}

function sentence(event: PoolEvent): { level: Level; text: string } {
  switch (event.kind) {
    case 'listening':
      return { level: 'info', text: `${event.port} listens on ${event.host}:${event.number}` };
    case 'connected':
      return { level: 'debug', text: 'a miner connected' };
    case 'disconnected':
      return { level: 'debug', text: 'a miner left' };
    case 'connection_refused':
      return { level: 'warn', text: 'a connection was refused' };
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
      return { level: 'info', text: `${event.chain}: ${event.what} found by ${plain(event.worker)}` };
    case 'block_submitted':
      return event.accepted
        ? { level: 'info', text: `${event.chain}: ${event.what} accepted` }
        : { level: 'warn', text: `${event.chain}: ${event.what} not accepted` };
    case 'block_state':
      return {
        level: event.state === 'best_chain' ? 'info' : 'warn',
        text: `${event.chain}: ${event.state}, ${event.confirmations} confirmations`,
      };
    case 'node':
      return {
        level: event.status.state === 'ready' ? 'info' : 'warn',
        text: `${event.chain}: node ${event.status.node} is ${event.status.state}: ${plain(event.status.detail)}`,
      };
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

function loggable(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return plain(value);
  return value;
}

/** Writes an event of the pool to the log. */
export function logEvent(logger: Logger, event: PoolEvent): void {
  const { level, text, fields } = describe(event);
  logger[level](fields, text);
}
