import { type NodeSettings, type ZcashChainParams, ZcashNode } from '@adit/chain';
import { AditError } from '@adit/primitives';
import type { Candidate } from '../blocks/candidate.ts';
import type { ChainFamily, ChainModules, PoolChain } from '../chains/chain-family.ts';
import { type ClockEvidence, nodeClocks } from '../chains/clock-watch.ts';
import { firstSequence } from '../chains/first-sequence.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { ZcashPortOptions } from '../ports/port-options.ts';
import type { PayeeReader } from './block-payee.ts';
import { ZcashEngine } from './engine.ts';
import { headerClock } from './header-clock.ts';
import { ZcashPort } from './port.ts';

/** A chain of the Zcash family with its nodes and ports. */
export interface ZcashChainOptions {
  readonly kind: 'zcash';
  readonly name: string;
  readonly params: ZcashChainParams;
  /** In order of preference; at least one. The chain makes a client for each of them, and closes the clients. */
  readonly nodes: readonly NodeSettings[];
  readonly ports: readonly ZcashPortOptions[];
  readonly rebroadcastMs?: number;
  readonly confirmations?: number;
  readonly proposeFirst?: boolean;
  /** Shortest time between two works of one tip that differ in their transactions; default 20 s. */
  readonly refreshMs?: number;
  /** Text for the coinbases that the pool can vary: printable ASCII, see `isOperatorText`. Default: none. */
  readonly coinbaseText?: string;
  /**
   * The node's own transparent address, whose output in the coinbase the pool may divide. Needed where a port pays in the
   * block. Default: blocks pay nobody else.
   */
  readonly minerAddress?: string;
  /** Heights that follow one another within this time count as one, for works that can be foreseen; default 10 s. */
  readonly atOnceMs?: number;
}

/** An engine of the Zcash family with its ports. */
class ZcashChain implements PoolChain<ZcashChainOptions> {
  readonly ports: readonly ZcashPort[];
  readonly #engine: ZcashEngine;
  readonly #nodes: readonly ZcashNode[];
  readonly #now: () => number;

  constructor(options: ZcashChainOptions, modules: ChainModules) {
    const { kind: _kind, ports, params, nodes: settings, minerAddress: _address, ...engineOptions } = options;
    const operator = operatorScript(options, modules.port.readPayee);
    const nodes = settings.map((one) => new ZcashNode(one));
    this.#nodes = nodes;
    const { limits, nonce1Of, liveSince, shareDigest, port, journal, verifier, candidates, duplicates, now } =
      modules;
    const engine = new ZcashEngine(
      { ...engineOptions, operator, chain: params, firstJobSequence: firstSequence() },
      {
        nodes,
        journal,
        verifier,
        candidates,
        duplicates,
        now,
        onEvent: port.onEvent,
        ...(shareDigest === undefined ? {} : { shareDigest }),
        onJob: (job, clean) => {
          for (const each of this.ports) each.broadcast(job, clean);
        },
      },
    );
    this.#engine = engine;
    this.#now = now;
    this.ports = ports.map((one) => {
      const nonce1 = nonce1Of(one.nonce1Bytes);
      return new ZcashPort(one, limits, { ...port, engine, nonce1, liveSince, operator });
    });
    this.#setGrace(options);
  }

  get liveSince(): number {
    return this.#engine.liveSince;
  }

  get clocks(): readonly ClockEvidence[] {
    return [...nodeClocks(this.#nodes), ...headerClock(this.#engine.work, this.#now())];
  }

  start(unfinished: readonly Candidate[]): void {
    this.#engine.start(unfinished);
  }

  takeUp(unfinished: readonly Candidate[]): void {
    this.#engine.takeUp(unfinished);
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
    for (const node of this.#nodes) node.close();
  }

  reload(options: ZcashChainOptions, limits: PoolLimits): void {
    for (const port of this.ports) {
      const wanted = options.ports.find(({ name }) => name === port.port);
      if (wanted === undefined) continue;
      port.update(wanted, limits);
      port.applyOptions(wanted);
    }
    this.#setGrace(options);
  }

  #setGrace({ ports }: ZcashChainOptions): void {
    this.#engine.graceMs = Math.max(0, ...ports.map(({ graceMs = 0 }) => graceMs));
  }
}

/**
 * The script of the operator's address, where a port pays in the block.
 * @throws AditError `ADIT_NO_ADDRESSES`
 */
function operatorScript(
  { name, ports, minerAddress }: ZcashChainOptions,
  read: PayeeReader | undefined,
): Uint8Array | undefined {
  if (ports.every(({ soloBlock }) => soloBlock === undefined)) return undefined;
  if (minerAddress === undefined || read === undefined) {
    const missing =
      minerAddress === undefined
        ? 'no address of the operator is named'
        : 'nothing here reads addresses of its network';
    throw new AditError('ADIT_NO_ADDRESSES', `the chain ${name}: a port pays in the block, and ${missing}`);
  }
  const operator = read(minerAddress);
  if ('fault' in operator)
    throw new AditError(
      'ADIT_NO_ADDRESSES',
      `the chain ${name}: its coinbase cannot be divided: ${operator.fault}`,
    );
  return operator.script;
}

export const ZCASH_FAMILY: ChainFamily<ZcashChainOptions> = {
  finds: ['block'],
  networkOf: ({ params }) => params.name,
  check: () => {},
  open: (options, modules) => new ZcashChain(options, modules),
};
