import { isDeepStrictEqual } from 'node:util';
import { type NodeSettings, TrueChainNode } from '@adit/chain';
import { AditError } from '@adit/primitives';
import type { Candidate } from '../blocks/candidate.ts';
import type { ChainFamily, ChainModules, PoolChain } from '../chains/chain-family.ts';
import { type ClockEvidence, nodeClocks } from '../chains/clock-watch.ts';
import { firstSequence } from '../chains/first-sequence.ts';
import { DiskThread } from '../disk/disk-thread.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { TruePortOptions } from '../ports/port-options.ts';
import { TRUECHAIN, TrueChainEngine } from './engine.ts';
import { HeaderPrices } from './header-prices.ts';
import type { LooseTargetOptions } from './loose-target.ts';
import { TruePort } from './port.ts';
import { PriceSchedule } from './price-schedule.ts';

/** A chain of the TrueChain family, with its nodes and ports. */
export interface TrueChainOptions {
  readonly kind: 'truechain';
  readonly name: string;
  /** In order of preference; at least one. The chain makes a client for each of them, and closes the clients. */
  readonly nodes: readonly NodeSettings[];
  readonly ports: readonly TruePortOptions[];
  /** Snail number from which on the dataset no longer changes (TIP9). Default: it always changes. */
  readonly tip9?: number;
  readonly pollMs?: number;
}

/** An engine of TrueChain with its ports. */
class TrueChain implements PoolChain<TrueChainOptions> {
  readonly ports: readonly TruePort[];
  readonly #engine: TrueChainEngine;
  readonly #nodes: readonly TrueChainNode[];
  /** Of the folder `targets`. */
  readonly #disk: DiskThread;

  constructor(options: TrueChainOptions, modules: ChainModules) {
    const { kind: _kind, ports, nodes: settings, ...engineOptions } = options;
    const nodes = settings.map((one) => new TrueChainNode(one));
    this.#nodes = nodes;
    const { dataFolder, limits, nonce1Of, liveSince, seeds, port, monotonic } = modules;
    const { journal, verifier, candidates, duplicates, now } = modules;
    const { onEvent } = port;
    const loose = looseOptions(options);
    const { name: chain } = options;
    const onProblem = (detail: string) =>
      onEvent({ kind: 'problem', cause: 'header_price_not_kept', chain, detail });
    const disk = new DiskThread();
    this.#disk = disk;
    const engine = new TrueChainEngine(
      { ...engineOptions, firstJobSequence: firstSequence(), ...(loose === undefined ? {} : { loose }) },
      {
        nodes,
        journal,
        verifier,
        candidates,
        duplicates,
        now,
        monotonic,
        onEvent,
        prices: new HeaderPrices({ dataFolder }, { onProblem, disk }),
        schedule: new PriceSchedule({ dataFolder }, { onProblem, now, disk }),
        onJob: (job, clean) => {
          for (const each of this.ports) each.broadcast(job, clean);
        },
      },
    );
    this.#engine = engine;
    this.ports = ports.map((one) => {
      const own = { ...port, engine, liveSince, seeds };
      return new TruePort(
        one,
        limits,
        one.nonce1Bytes === 0 ? own : { ...own, nonce1: nonce1Of(one.nonce1Bytes) },
      );
    });
  }

  get liveSince(): number {
    return this.#engine.liveSince;
  }

  /** A node's work has no time in it, so only the clocks of the nodes tell something. */
  get clocks(): readonly ClockEvidence[] {
    return nodeClocks(this.#nodes);
  }

  start(unfinished: readonly Candidate[]): void {
    this.#engine.start(unfinished);
  }

  takeUp(unfinished: readonly Candidate[]): void {
    this.#engine.takeUp(unfinished);
  }

  drain(): void {
    this.#engine.drain();
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
    for (const node of this.#nodes) node.close();
    this.#disk.close();
  }

  reload(options: TrueChainOptions, limits: PoolLimits): void {
    for (const port of this.ports) {
      const wanted = options.ports.find(({ name }) => name === port.port);
      if (wanted === undefined) continue;
      port.update(wanted, limits);
      port.applyOptions(wanted);
    }
    const loose = looseOptions(options);
    if (loose !== undefined) this.#engine.loose?.update(loose);
  }
}

/**
 * The options of a chain's one target, which all its ports have alike. Undefined where nonces are bound to connections.
 * @throws AditError `ADIT_UNLIKE_PORTS` where a header would have two targets
 */
function looseOptions({ name, ports }: TrueChainOptions): LooseTargetOptions | undefined {
  const wanted = ports.map(
    ({ strictPrefix, startWeight, minWeight, maxWeight, fixedWeight: fixed = false, shareIntervalMs }) =>
      strictPrefix ? undefined : { startWeight, minWeight, maxWeight, fixed, shareIntervalMs },
  );
  const [first] = wanted;
  if (ports.some(({ strictPrefix, nonce1Bytes }) => strictPrefix && nonce1Bytes === 0)) {
    throw new AditError('ADIT_UNLIKE_PORTS', `${name}: a strict prefix of no bytes binds nothing`);
  }
  if (wanted.some((one) => !isDeepStrictEqual(one, first))) {
    throw new AditError(
      'ADIT_UNLIKE_PORTS',
      `${name}: all its ports must have the same strictPrefix, and without it the same weights and share interval`,
    );
  }
  return first;
}

export const TRUECHAIN_FAMILY: ChainFamily<TrueChainOptions> = {
  finds: ['block', 'fruit'],
  networkOf: () => TRUECHAIN,
  check: (options) => {
    looseOptions(options);
  },
  open: (options, modules) => new TrueChain(options, modules),
};
