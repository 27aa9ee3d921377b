import type { Census } from '@adit/net';
import type { ChainBase } from './chains/chain-family.ts';
import { ClockWatch } from './chains/clock-watch.ts';
import type { RunningChains } from './chains/running-chains.ts';
import type { BanList } from './conduct/ban-list.ts';
import type { Conduct } from './conduct/conduct.ts';
import { DiskWatch } from './disk/disk-watch.ts';
import { GuardedTimers } from './guarded.ts';
import { CertificateWatch } from './ports/certificate-watch.ts';
import { TICK_MS } from './ports/stratum-port.ts';
import { behind, type OnProblem } from './problem.ts';

const RENEW_MS = 300_000;
/** Time between two looks for blocks of processes that have ended. A block may still win some minutes later. */
const TAKE_UP_MS = 60_000;
const SECOND_MS = 1_000;
/** Time between two looks at the ends of certificates: an operator who has just renewed one watches the log. */
const CERTIFICATES_MS = 5_000;
const CLOCKS_MS = 10_000;
/** Time between two looks at the free space. A busy pool fills 5 GB in a day. */
const DISK_MS = 60_000;

/** What the tasks look after. */
export interface PoolTaskModules {
  readonly chains: Pick<RunningChains<ChainBase>, 'clocks' | 'lookAtOutages' | 'ports'>;
  readonly bans: Pick<BanList, 'refresh'>;
  readonly conduct: Pick<Conduct, 'tick'>;
  readonly census: Pick<Census, 'tick'>;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** The present bound of `PoolLimits`: a reload may change it. */
  readonly outageMs: () => number;
  readonly renewLeases: () => Promise<void>;
  readonly takeUpBlocks: () => Promise<void>;
  readonly onProblem: OnProblem;
}

/** What a pool does at intervals until it stops. A task that fails is a problem `task`, and runs again at its next time. */
export class PoolTasks {
  readonly #modules: PoolTaskModules;
  readonly #timers: GuardedTimers;
  readonly #certificates: CertificateWatch;
  readonly #clocks: ClockWatch;
  readonly #disk: DiskWatch;

  constructor({ dataFolder }: { readonly dataFolder: string }, modules: PoolTaskModules) {
    const { now, onProblem } = modules;
    this.#modules = modules;
    this.#timers = new GuardedTimers(onProblem);
    this.#certificates = new CertificateWatch({ now, onProblem });
    this.#clocks = new ClockWatch({ now: () => performance.now(), onProblem });
    this.#disk = new DiskWatch(dataFolder, { now: () => performance.now(), onProblem });
  }

  /** Begins the tasks that need no open port. To be called once, when journal, bans and leases are open. */
  begin(): void {
    const { bans, conduct, census, chains, outageMs, renewLeases, takeUpBlocks, onProblem } = this.#modules;
    const failed = (error: unknown) => onProblem({ cause: 'task', ...behind(error) });
    this.#timers.every(RENEW_MS, () => void renewLeases().catch(failed));
    this.#timers.every(TAKE_UP_MS, () => void takeUpBlocks().catch(failed));
    this.#timers.every(SECOND_MS, () => {
      bans.refresh();
      conduct.tick(performance.now());
      census.tick(performance.now());
      chains.lookAtOutages(performance.now(), outageMs());
    });
  }

  /** Begins the tasks of open ports, the first look at their certificates included. To be called once. */
  beginPorts(): void {
    const { chains } = this.#modules;
    this.#certificates.look(chains.ports);
    void this.#disk.look();
    this.#timers.every(DISK_MS, () => void this.#disk.look());
    this.#timers.every(CLOCKS_MS, () => this.#clocks.look(chains.clocks));
    this.#timers.every(CERTIFICATES_MS, () => this.#certificates.look(chains.ports));
    this.#timers.every(TICK_MS, () => {
      const now = performance.now();
      for (const port of chains.ports) port.tick(now);
    });
  }

  /** Bytes that are free on the disk of the data folder; undefined where nobody knows. */
  get diskFreeBytes(): number | undefined {
    return this.#disk.freeBytes;
  }

  stop(): void {
    this.#timers.stop();
  }
}
