import type { Socket } from 'node:net';
import type { Verdict } from '@adit/stratum';

/** A connection of the test pool, as a fault sees it. */
export interface FaultyConnection {
  readonly socket: Socket;
  /** The fault keeps data of the connection here. */
  readonly memory: Map<string, unknown>;
  /** The fault keeps data of the whole pool here. */
  readonly shared: Map<string, unknown>;
  /** All open connections, including this one. */
  readonly all: ReadonlySet<FaultyConnection>;
  /** Writes a line, and adds the line end. */
  say(line: string): void;
  /** Ends the pool: it closes all connections and its port. */
  crash(): void;
}

/** The fault of a pool. A hook that is left out behaves well. */
export interface Fault {
  /** Sees raw bytes before lines are cut; undefined swallows them. */
  readonly data?: (chunk: Buffer, connection: FaultyConnection) => Buffer | undefined;
  /** Rewrites a line of the miner; undefined swallows it. */
  readonly incoming?: (line: string, connection: FaultyConnection) => string | undefined;
  /** Rewrites a line of the pool (without line end); undefined drops it. */
  readonly outgoing?: (line: string, connection: FaultyConnection) => string | undefined;
  /** Replaces the verdict on a submission. @param keep the pool's own verdict */
  readonly verdict?: (keep: Verdict, submission: unknown, connection: FaultyConnection) => Verdict;
  /** The nonce1 of the n-th connection. */
  readonly nonce1?: (n: number) => Uint8Array;
  /** The session id of the n-th connection. */
  readonly sessionId?: (n: number) => string | null;
  /** Called when a connection has opened. */
  readonly opened?: (connection: FaultyConnection) => void;
  /** Changes to the options of the pool. */
  readonly pool?: Partial<TestPoolOptions>;
}

export interface TestPoolOptions {
  readonly dialect: 'zcash' | 'truestratum';
  /** Sends a new job to all connections at this interval, every second one clean; never where it is 0. */
  readonly jobEveryMs: number;
  readonly keepsSessions: boolean;
  /** A suggested target holds from the next work on (Zcash). */
  readonly followsSuggestions: boolean;
  /** The port to listen on; any free one where it is 0. */
  readonly port: number;
}

/** A message of the wire that a hook may rewrite. */
export type Json = Record<string, unknown>;

/** An outgoing hook that rewrites messages of one kind: those with a method, or replies. */
export function rewrite(
  wanted: (message: Json) => boolean,
  change: (message: Json) => Json | undefined,
): Pick<Fault, 'outgoing'> {
  return {
    outgoing: (line) => {
      const message = JSON.parse(line) as Json;
      if (!wanted(message)) return line;
      const changed = change(message);
      return changed === undefined ? undefined : JSON.stringify(changed);
    },
  };
}

/** Whether it is a message with this method. */
export function isMethod(method: string): (message: Json) => boolean {
  return (message) => message['method'] === method;
}

/** A reply, or a reply with an error. */
export const isReply = (message: Json): boolean => message['method'] === undefined;
export const isError = (message: Json): boolean => isReply(message) && message['error'] !== null;

/** A message with one of its params replaced. */
export function withParam(message: Json, index: number, value: unknown): Json {
  const params = [...(message['params'] as unknown[])];
  params[index] = value;
  return { ...message, params };
}

/** An incoming hook for one method; what it returns goes to the session. */
export function onMethod(
  method: string,
  change: (message: Json, connection: FaultyConnection) => Json | undefined,
): Pick<Fault, 'incoming'> {
  return {
    incoming: (line, connection) => {
      let message: Json;
      try {
        message = JSON.parse(line) as Json;
      } catch {
        return line;
      }
      if (message?.['method'] !== method) return line;
      const changed = change(message, connection);
      return changed === undefined ? undefined : JSON.stringify(changed);
    },
  };
}
