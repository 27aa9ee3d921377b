import type { Candidate } from '../blocks/candidate.ts';
import type { PoolEvent } from '../events.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { ChainStatus } from '../pool-status.ts';
import type { ChainBase, ChainFamilies, PoolChain, PoolPort } from './chain-family.ts';
import type { ChainModuleMaker } from './chain-modules.ts';
import { ChainWatch } from './chain-watch.ts';
import type { ClockEvidence } from './clock-watch.ts';
import { familyOf } from './families.ts';
import { lookAtOutage } from './outages.ts';

/** A chain that runs in a pool, with its watch. */
interface RunningChain<Chain extends ChainBase> {
  readonly name: string;
  readonly kind: string;
  readonly chain: PoolChain<Chain>;
  readonly watch: ChainWatch;
}

/** The chains of a pool, which it addresses all together. */
export class RunningChains<Chain extends ChainBase> {
  readonly #families: ChainFamilies<Chain>;
  readonly #chains: RunningChain<Chain>[] = [];

  constructor(families: ChainFamilies<Chain>) {
    this.#families = families;
  }

  get ports(): readonly PoolPort[] {
    return this.#chains.flatMap(({ chain }) => chain.ports);
  }

  /** What is known of how right the pool's clock is. */
  get clocks(): readonly { readonly name: string; readonly clocks: readonly ClockEvidence[] }[] {
    return this.#chains.map(({ name, chain }) => ({ name, clocks: chain.clocks ?? [] }));
  }

  get allHaveWork(): boolean {
    return this.#chains.every(({ watch }) => watch.hasWork);
  }

  /** @throws AditError `ADIT_UNLIKE_PORTS` where the ports of a chain do not fit together */
  check(wanted: readonly Chain[]): void {
    for (const chain of wanted) familyOf(this.#families, chain).check(chain);
  }

  /** The network of each chain, by the chain's name. */
  networksOf(wanted: readonly Chain[]): Readonly<Record<string, string>> {
    return Object.fromEntries(
      wanted.map((chain) => [chain.name, familyOf(this.#families, chain).networkOf(chain)]),
    );
  }

  open(wanted: readonly Chain[], maker: ChainModuleMaker): void {
    for (const options of wanted) {
      const { name, kind } = options;
      const family = familyOf(this.#families, options);
      const network = family.networkOf(options);
      const chain = family.open(options, maker.of(network));
      maker.join(network, chain);
      this.#chains.push({ name, kind, chain, watch: new ChainWatch(name, { kind, finds: family.finds }) });
    }
  }

  /** See `PoolChain`. */
  drain(): void {
    for (const { chain } of this.#chains) chain.drain?.();
  }

  /** @param unfinished candidates of earlier processes; each chain gets its own */
  start(unfinished: readonly Candidate[]): void {
    for (const { name, chain } of this.#chains) chain.start(ofChain(unfinished, name));
  }

  /** Takes over candidates of a process that has ended since. */
  takeUp(unfinished: readonly Candidate[]): void {
    for (const { name, chain } of this.#chains) chain.takeUp(ofChain(unfinished, name));
  }

  /** Chains are matched by name and family. Others are left as they are. */
  reload(wanted: readonly Chain[], limits: PoolLimits): void {
    for (const options of wanted)
      for (const { name, kind, chain } of this.#chains)
        if (name === options.name && kind === options.kind) chain.reload(options, limits);
  }

  onEvent(event: PoolEvent, now: number): void {
    for (const { watch } of this.#chains) watch.onEvent(event, now);
  }

  status(now: number): readonly ChainStatus[] {
    return this.#chains.map(({ watch, chain }) => ({ ...watch.status(now), clocks: chain.clocks ?? [] }));
  }

  /** Handles chains without work. @param outageMs how long the pool keeps their miners */
  lookAtOutages(now: number, outageMs: number): void {
    for (const { chain, watch } of this.#chains) lookAtOutage(chain.ports, watch.status(now), outageMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#chains.map(({ chain }) => chain.stop()));
  }
}

function ofChain(candidates: readonly Candidate[], name: string): readonly Candidate[] {
  return candidates.filter(({ chain }) => chain === name);
}
