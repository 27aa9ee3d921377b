import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { zcashChain } from '@adit/chain';
import { adit, type PoolProcess, runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, type TomlTable, zcashPortToml } from '@adit/test-kit/pool-toml';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import {
  readStatusDocument,
  type StatusDocument,
} from '../../../packages/cli/src/control/status-document.ts';
import { endWithUs } from './end-with-us.ts';
import type { NodePlace } from './node-rpc.ts';

export interface PoolSiteOptions {
  /** For the configuration and the pool's data; made where it is missing. */
  readonly folder: string;
  /** Name of the network in the configuration. */
  readonly network: string;
  readonly nodes: readonly NodePlace[];
  /** The node's address: the pool then has a port `solo` whose blocks pay their miner, less one percent. */
  readonly soloUnder?: string;
  /** `[chain.money]` and the like, for a pool whose ledger a suite runs itself. */
  readonly money?: Readonly<Record<string, TomlTable>>;
}

/** What the suite's blocks say in their coinbases. */
export const COINBASE_TEXT = 'adit integration';
/** A miner process that was told to end has proofs to finish. */
const MINER_END_MS = 10_000;

/** An event of the pool as its log has it. */
export type LoggedEvent = Readonly<Record<string, unknown>>;

/** A pool as an operator runs it: `adit pool` with a file, and the commands beside it. */
export class PoolSite {
  readonly network: string;
  readonly #folder: string;
  readonly #process: PoolProcess;
  readonly #miners = new Set<ChildProcess>();

  private constructor({ network, folder }: PoolSiteOptions, process: PoolProcess) {
    this.network = network;
    this.#folder = folder;
    this.#process = process;
    endWithUs(process.child);
  }

  /** Resolves when the pool listens and its nodes have given it work. */
  static async start(options: PoolSiteOptions): Promise<PoolSite> {
    mkdirSync(options.folder, { recursive: true });
    const site = new PoolSite(options, await startPoolProcess(options.folder, chainToml(options)));
    // A shielded miner address needs a proof for the first template, on a machine that may be busy.
    const isReady = async () => (await site.status()).ready;
    // Its control socket opens a moment after its ports.
    await until('the pool has work', () => isReady().catch(() => false), 120);
    return site;
  }

  /** The port where work is easy: two hashes a share. */
  get easyPort(): number {
    return this.#numberOf('easy');
  }

  get port(): number {
    return this.#numberOf('cpu');
  }

  /** The port whose blocks pay their miner. */
  get soloPort(): number {
    return this.#numberOf('solo');
  }

  /** `adit status --json` */
  async status(): Promise<StatusDocument> {
    const { status, out, err } = await runAdit(['status', '--json'], this.#folder);
    if (status !== 0) throw new Error(`adit status ended with status ${status}: ${err}`);
    return readStatusDocument(JSON.parse(out));
  }

  /** `adit status`, as a person reads it. */
  async statusText(): Promise<string> {
    return (await runAdit(['status'], this.#folder)).out;
  }

  /** What the log has of one kind so far. */
  events(kind: string): LoggedEvent[] {
    const mark = `"event":"${kind}"`;
    return this.#process
      .log()
      .split('\n')
      .filter((line) => line.includes(mark) && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LoggedEvent);
  }

  /** A hand-driven miner on the pool's usual port. */
  rig(worker: string): Promise<ZcashRig> {
    return ZcashRig.connect(this.port, zcashChain(this.network).equihash, worker);
  }

  /** `adit miner` as a process of its own. @returns what ends it */
  startMiner(): () => Promise<void> {
    const url = `stratum+tcp://suite.cpu:x@127.0.0.1:${this.port}`;
    const miner = endWithUs(adit(['miner', '--url', url, '--network', this.network], this.#folder));
    this.#miners.add(miner);
    // Nobody reads them, and a full pipe would hold the miner up.
    miner.stdout?.resume();
    miner.stderr?.resume();
    return () => this.#endMiner(miner);
  }

  /** `adit probe pool` against the easy port. @param only ids of checks; all where left out */
  async probe(only?: readonly string[]): Promise<{ status: number | null; out: string }> {
    const { n, k } = zcashChain(this.network).equihash;
    const { status, out, err } = await runAdit(
      [
        ...['probe', 'pool', `127.0.0.1:${this.easyPort}`, '--chain-params', `${n},${k}`],
        ...(only === undefined ? [] : ['--only', only.join(',')]),
      ],
      this.#folder,
    );
    return { status, out: out + err };
  }

  /** `adit pool --check` */
  async check(): Promise<string> {
    return (await runAdit(['pool', '--check'], this.#folder)).out;
  }

  /** Ends the pool and all that was started here. */
  async stop(): Promise<void> {
    for (const miner of [...this.#miners]) await this.#endMiner(miner);
    await this.#process.kill('SIGTERM');
  }

  async #endMiner(miner: ChildProcess): Promise<void> {
    this.#miners.delete(miner);
    if (miner.exitCode !== null || miner.signalCode !== null) return;
    const timer = setTimeout(() => miner.kill('SIGKILL'), MINER_END_MS);
    miner.kill('SIGTERM');
    await once(miner, 'exit');
    clearTimeout(timer);
  }

  #numberOf(name: string): number {
    return Number(this.events('listening').find(({ port }) => port === name)?.['number']);
  }
}

function chainToml({ network, nodes, money, soloUnder }: PoolSiteOptions): string {
  const keys = {
    name: 'zcash',
    network,
    confirmations: 50,
    refresh_seconds: 1,
    coinbase_text: COINBASE_TEXT,
    ...(soloUnder === undefined ? {} : { miner_address: soloUnder }),
  };
  const solo = zcashPortToml({ name: 'solo', pay: 'solo-block', block_fee_percent: 1 });
  const ports = [
    zcashPortToml({ name: 'cpu' }),
    zcashPortToml({ name: 'easy', start_difficulty: 0.12 }),
    ...(soloUnder === undefined ? [] : [solo]),
  ];
  const places = nodes.map(({ url, cookieFile }) => ({ url, cookie_file: cookieFile }));
  // The probe attacks from here.
  const bans = { allow: ['127.0.0.1'] };
  if (money === undefined) return poolToml([{ keys, nodes: places, ports }], { bans });
  const ledger = { run: 'alone', settle_seconds: 5 };
  return poolToml([{ keys, tables: money, nodes: places, ports }], { bans, ledger });
}
