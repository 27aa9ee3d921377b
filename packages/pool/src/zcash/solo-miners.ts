import type { ZcashJob } from '@adit/stratum';
import type { BlockPayee } from './block-payee.ts';
import type { ZcashEngine } from './engine.ts';
import { SoloPayee, type SoloPayeeOptions } from './solo-payee.ts';
import { SoloProofs } from './solo-proofs.ts';

export interface SoloMinersOptions extends SoloPayeeOptions {
  /** Most addresses at once. Each has some works of its own, about 4 KiB. */
  readonly most: number;
}

export interface SoloMinersModules<Miner> {
  readonly engine: Pick<ZcashEngine, 'newestNumbered' | 'numbered' | 'propose' | 'paying'>;
  /** These connections wait for their first job no longer. */
  readonly onReady: (miners: readonly Miner[]) => void;
  /** These connections have work for the operator, and could have work of their own. */
  readonly onOwn: (miners: readonly Miner[]) => void;
  readonly onRefused: (account: string, detail: string) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/**
 * How long the first job of a connection waits until the node has accepted its address. After it the connection gets
 * work for the operator, as a miner without work for long leaves the pool.
 */
const FIRST_JOB_MS = 2_000;

interface Address<Miner> {
  readonly payee: SoloPayee;
  /** Its connections. */
  readonly miners: Set<Miner>;
}

interface Entry<Miner> {
  readonly address: Address<Miner>;
  /** Whether its newest job pays the operator. */
  asOperator: boolean;
}

/** The connections of a port whose miners are paid by the block: who mines for which address, and with which works. */
export class SoloMiners<Miner extends object> {
  readonly #options: SoloMinersOptions;
  readonly #modules: SoloMinersModules<Miner>;
  readonly #addresses = new Map<string, Address<Miner>>();
  readonly #miners = new Map<Miner, Entry<Miner>>();
  /** Connections without a first job, and when their wait for it ends: a tick looks at these, not at all. */
  readonly #waiting = new Map<Miner, number>();
  readonly #proofs: SoloProofs;
  /** The branch in which all addresses were put into the queue. */
  #branch: string | undefined;

  constructor(options: SoloMinersOptions, modules: SoloMinersModules<Miner>) {
    this.#options = options;
    this.#modules = modules;
    const { engine } = modules;
    this.#proofs = new SoloProofs({
      newest: () => engine.newestNumbered,
      propose: (work) => engine.propose(work),
      onTrusted: (payee) => this.#trusted(payee),
      onRefused: ({ account }, detail) => modules.onRefused(account, detail),
    });
  }

  /** Addresses that mine now. */
  get size(): number {
    return this.#addresses.size;
  }

  /** Whether somebody mines for this address now. */
  knows(account: string): boolean {
    return this.#addresses.has(account);
  }

  /** @returns the address of the connection; undefined where the port has as many addresses as it may have */
  join(miner: Miner, who: BlockPayee): SoloPayee | undefined {
    const known = this.#addresses.get(who.account);
    if (known === undefined && this.#addresses.size >= this.#options.most) return undefined;
    const address = known ?? { payee: new SoloPayee(this.#options, who), miners: new Set() };
    const { payee, miners } = address;
    this.#addresses.set(payee.account, address);
    miners.add(miner);
    this.#miners.set(miner, { address, asOperator: false });
    this.#waiting.set(miner, this.#modules.now() + FIRST_JOB_MS);
    const { newestNumbered: newest } = this.#modules.engine;
    const branch = newest?.work.division?.branch;
    const isTrusted = branch !== undefined && payee.isTrustedIn(branch);
    // Where the pool cannot pay anybody in the block at this time, there is nothing to wait for.
    if (isTrusted || (newest !== undefined && branch === undefined)) this.#ready([miner]);
    if (!isTrusted) this.#proofs.want(payee);
    return payee;
  }

  leave(miner: Miner): void {
    const address = this.#miners.get(miner)?.address;
    this.#miners.delete(miner);
    this.#waiting.delete(miner);
    if (address === undefined) return;
    address.miners.delete(miner);
    if (address.miners.size > 0) return;
    this.#addresses.delete(address.payee.account);
    this.#proofs.forget(address.payee);
  }

  /** The job that a connection gets in the place of the pool's; undefined while it waits for its address. */
  jobFor(miner: Miner, job: ZcashJob): ZcashJob | undefined {
    const entry = this.#miners.get(miner);
    if (entry === undefined || this.#waiting.has(miner)) return undefined;
    const { engine } = this.#modules;
    const numbered = engine.numbered(job.sequence);
    const work = numbered === undefined ? undefined : entry.address.payee.workOf(numbered);
    entry.asOperator = work === undefined;
    if (numbered !== undefined && work !== undefined) return engine.paying(job, work, numbered.work.time);
    entry.address.payee.noteOperatorWork(job.sequence);
    return job;
  }

  /** To be called with each new work. */
  newWork(): void {
    const branch = this.#modules.engine.newestNumbered?.work.division?.branch;
    if (branch !== undefined && branch !== this.#branch) {
      this.#branch = branch;
      for (const { payee } of this.#addresses.values())
        if (!payee.isTrustedIn(branch)) this.#proofs.want(payee);
    }
    void this.#proofs.ask();
  }

  /** Ends waits that have taken too long. */
  tick(): void {
    const now = this.#modules.now();
    const isIdle = this.#modules.engine.newestNumbered === undefined;
    const late: Miner[] = [];
    for (const [miner, until] of this.#waiting) {
      // The wait begins with the first work of the pool.
      if (isIdle) this.#waiting.set(miner, now + FIRST_JOB_MS);
      else if (until <= now) late.push(miner);
    }
    this.#ready(late);
  }

  #trusted({ account }: SoloPayee): void {
    const miners = [...(this.#addresses.get(account)?.miners ?? [])];
    this.#ready(miners.filter((miner) => this.#waiting.has(miner)));
    const others = miners.filter((miner) => this.#miners.get(miner)?.asOperator === true);
    if (others.length > 0) this.#modules.onOwn(others);
  }

  #ready(miners: readonly Miner[]): void {
    if (miners.length === 0) return;
    for (const miner of miners) this.#waiting.delete(miner);
    this.#modules.onReady(miners);
  }
}
