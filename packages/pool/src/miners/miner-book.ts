import type { PoolEvent } from '../events.ts';
import { ShareRate } from './share-rate.ts';

/** A worker on one connection, as it is at this moment. */
export interface MinerEntry {
  readonly worker: string;
  readonly port: string;
  readonly connection: number;
  readonly address: string;
  /** How long ago it was let in. */
  readonly sinceMs: number;
  readonly accepted: number;
  readonly refused: number;
  /** Expected solutions (Equihash) or hashes (TrueHash) of its accepted shares. */
  readonly weight: bigint;
  /** The same, a second: an average that fades over ten minutes. */
  readonly rate: number;
  /** How long ago its last share was accepted; undefined before the first. */
  readonly lastShareMs: number | undefined;
}

interface Tally {
  readonly since: number;
  accepted: number;
  refused: number;
  weight: bigint;
  rate: ShareRate | undefined;
  lastShareAt: number;
}

interface Known {
  readonly port: string;
  readonly address: string;
  readonly workers: Map<string, Tally>;
}

/**
 * Who mines what: the workers that are connected, with their shares and rates, from the events. It forgets a worker with
 * its connection: what was found is in the journal.
 */
export class MinerBook {
  /** Connections with a worker, by their numbers: as many as may be open, each with as many workers as fit one. */
  readonly #connections = new Map<number, Known>();

  /** @param now milliseconds of a clock that only grows */
  onEvent(event: PoolEvent, now: number): void {
    switch (event.kind) {
      case 'authorized':
        return this.#authorized(event, now);
      case 'share_accepted':
        return this.#accepted(event, now);
      case 'refused': {
        const tally = event.submission
          ? this.#connections.get(event.connection)?.workers.get(event.worker)
          : undefined;
        if (tally !== undefined) tally.refused += 1;
        return;
      }
      case 'disconnected':
        this.#connections.delete(event.connection);
        return;
      default:
        return;
    }
  }

  /** The workers on open connections, those of a connection in the order of their logins. */
  list(now: number): MinerEntry[] {
    return [...this.#connections].flatMap(([connection, { port, address, workers }]) =>
      [...workers].map(([worker, { since, accepted, refused, weight, rate, lastShareAt }]) => ({
        worker,
        port,
        connection,
        address,
        sinceMs: now - since,
        accepted,
        refused,
        weight,
        rate: rate?.perSecond(now) ?? 0,
        lastShareMs: accepted === 0 ? undefined : now - lastShareAt,
      })),
    );
  }

  #authorized(
    { connection, port, address, worker }: Extract<PoolEvent, { kind: 'authorized' }>,
    now: number,
  ): void {
    const known = this.#connections.get(connection) ?? { port, address, workers: new Map() };
    this.#connections.set(connection, known);
    if (known.workers.has(worker)) return;
    known.workers.set(worker, {
      since: now,
      accepted: 0,
      refused: 0,
      weight: 0n,
      rate: undefined,
      lastShareAt: now,
    });
  }

  #accepted(
    { connection, worker, weight }: Extract<PoolEvent, { kind: 'share_accepted' }>,
    now: number,
  ): void {
    const tally = this.#connections.get(connection)?.workers.get(worker);
    if (tally === undefined) return;
    tally.accepted += 1;
    tally.weight += weight;
    tally.rate ??= new ShareRate(tally.since);
    tally.rate.add(Number(weight), now);
    tally.lastShareAt = now;
  }
}
