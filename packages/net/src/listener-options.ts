import { withDefaults as merged } from '@adit/primitives';
import { SERVER_LINE_LIMIT } from '@adit/stratum';
import type { Census } from './census.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import type { NetCause } from './ending.ts';
import type { RefusedBecause } from './refusal.ts';
import { HANDSHAKES } from './tls-door.ts';
import type { TlsFileNames } from './tls-files.ts';
import { Turns } from './turns.ts';

/** Where a port listens, and its limits. An option that is undefined takes its default. */
export interface ListenerOptions {
  /** `::` takes IPv4 too. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Read at the start, and again when they change. */
  readonly tls?: TlsFileNames;
  /** Addresses and networks (CIDR) of proxies: they must begin with a PROXY header, nobody else may. */
  readonly proxies?: readonly string[];
  /** Longest line that is taken. Default `SERVER_LINE_LIMIT`, 16 KiB. */
  readonly lineBytes?: number;
  /** What may wait for a connection to read it; beyond, it is dropped. Default 1 MiB. */
  readonly outputBytes?: number;
  /** PROXY header and TLS handshake must be over within this time. Default 10 s. */
  readonly helloMs?: number;
  /** A line that has begun must end within this time. Default 15 s. */
  readonly partialLineMs?: number;
  /** Without any line for so long, a connection is closed. Default one hour. */
  readonly idleMs?: number;
}

/**
 * Who handles the connections of a port, and who is told.
 * @typeParam Cause see `Ending`
 */
export interface ListenerModules<Cause extends string = NetCause> {
  /** A new connection: returns what handles it. Throwing refuses it, with the message as the reason. */
  readonly accept: (connection: Connection<Cause>) => ConnectionHandler<Cause>;
  /** Counts the connections of all listeners. */
  readonly census: Census;
  /** Shared by the listeners of a pool: who uses all its ports has no more of a turn. */
  readonly turns?: ListenerTurns;
  /** Asked before anything else. @returns a sentence where the address is banned */
  readonly admit?: (address: string) => string | undefined;
  /** @param address empty where it is not known */
  readonly onRefused?: (address: string, because: RefusedBecause, detail: string) => void;
  /** Something that the operator should know: the TLS files cannot be used. */
  readonly onProblem?: (detail: string) => void;
}

/** Who goes first, where much has come at once. */
export interface ListenerTurns {
  readonly lines: Turns;
  readonly handshakes: Turns;
}

/** New turns, to be shared by the listeners of one pool. */
export function listenerTurns(): ListenerTurns {
  return { lines: new Turns(), handshakes: new Turns(HANDSHAKES) };
}

/** What may change while it listens. */
export type LiveOptions = Required<Omit<ListenerOptions, 'host' | 'port' | 'tls'>>;

const DEFAULTS: LiveOptions = {
  proxies: [],
  lineBytes: SERVER_LINE_LIMIT,
  // Larger than the seedhash line (370 KB) with room for a second one and the jobs behind it.
  outputBytes: 1024 * 1024,
  // A handshake is two round trips; the slowest mobile link does that in three seconds.
  helloMs: 10_000,
  partialLineMs: 15_000,
  // Hard shares may be minutes apart, and a miner says nothing else.
  idleMs: 3_600_000,
};
export function withDefaults({ host: _host, port: _port, tls: _tls, ...live }: ListenerOptions): LiveOptions {
  return merged(DEFAULTS, live);
}
