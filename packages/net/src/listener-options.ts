import { withDefaults as merged } from '@adit/primitives';
import { SERVER_LINE_LIMIT } from '@adit/stratum';
import type { Census } from './census.ts';
import type { CertificateLife } from './certificate-life.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import type { NetCause } from './ending.ts';
import type { RefusedBecause } from './refusal.ts';
import { HANDSHAKES } from './tls-door.ts';
import type { TlsFileNames } from './tls-files.ts';
import { Turns } from './turns.ts';

/** Where a port listens, and its limits. An option that is undefined takes its default. */
export interface ListenerOptions {
  /** Address to listen on. `::` takes IPv4 too. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The listener reads these files at the start, and again when they change. */
  readonly tls?: TlsFileNames;
  /** Addresses and networks (CIDR) of proxies. They must begin with a PROXY header, and other peers must not. */
  readonly proxies?: readonly string[];
  /** Longest line in bytes that the listener takes. Default `SERVER_LINE_LIMIT`, 16 KiB. */
  readonly lineBytes?: number;
  /** Bytes that may wait for a connection to read them. With more, the connection is dropped. Default 1 MiB. */
  readonly outputBytes?: number;
  /** Time limit for the PROXY header and the TLS handshake. Default 10 s. */
  readonly helloMs?: number;
  /** A line that has begun must end within this time. Default 15 s. */
  readonly partialLineMs?: number;
  /** A connection without a line for this time is closed. Default one hour. */
  readonly idleMs?: number;
}

/**
 * Functions and objects with which a listener works.
 * @typeParam Cause see `Ending`
 */
export interface ListenerModules<Cause extends string = NetCause> {
  /**
   * Returns the handler of a new connection. If it throws, the connection is refused with the message as the reason.
   */
  readonly accept: (connection: Connection<Cause>) => ConnectionHandler<Cause>;
  /** Counts the connections of all listeners. */
  readonly census: Census;
  /** Shared by the listeners of a pool, so that a peer on all its ports gets no larger part of a turn. */
  readonly turns?: ListenerTurns;
  /** Called before any other check. @returns a sentence if the address is banned */
  readonly admit?: (address: string) => string | undefined;
  /** @param address empty if it is not known */
  readonly onRefused?: (address: string, because: RefusedBecause, detail: string) => void;
  /** Reports a problem that the operator should know: the TLS files cannot be used. */
  readonly onProblem?: (detail: string) => void;
  /** New TLS files are in use from now on. It is not called for those of the start. */
  readonly onCertificate?: (life: CertificateLife) => void;
}

/** Turns of the event loop, shared out among addresses: for lines, and for handshakes. */
export interface ListenerTurns {
  readonly lines: Turns;
  readonly handshakes: Turns;
}

/** New turns, to be shared by the listeners of one pool. */
export function listenerTurns(): ListenerTurns {
  return { lines: new Turns(), handshakes: new Turns(HANDSHAKES) };
}

/** Options that may change while the listener runs. */
export type LiveOptions = Required<Omit<ListenerOptions, 'host' | 'port' | 'tls'>>;

const DEFAULTS: LiveOptions = {
  proxies: [],
  lineBytes: SERVER_LINE_LIMIT,
  // Two seedhash lines (370 KB each), and the jobs behind them, fit.
  outputBytes: 1024 * 1024,
  // A handshake takes two round trips, which the slowest mobile link makes in three seconds.
  helloMs: 10_000,
  partialLineMs: 15_000,
  // Hard shares may be minutes apart, and a miner sends nothing else.
  idleMs: 3_600_000,
};
export function withDefaults({ host: _host, port: _port, tls: _tls, ...live }: ListenerOptions): LiveOptions {
  return merged(DEFAULTS, live);
}
