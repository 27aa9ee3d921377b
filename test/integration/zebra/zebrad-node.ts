import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '@adit/test-kit/until';
import { freePorts } from '../free-ports.ts';
import { endChild, endWithUs } from './end-with-us.ts';
import { callNode } from './node-rpc.ts';
import type { NodeUnderTest } from './node-under-test.ts';

export interface ZebradOptions {
  /** The program. */
  readonly zebrad: string;
  /** For its configuration, state, cookie and log; made where it is missing. */
  readonly folder: string;
  readonly minerAddress: string;
  readonly nu7Height: number;
  /** The parameters of the network up to NU7, in TOML. Default: NU5 to NU6.3 come at heights 1 to 5. */
  readonly upgrades?: string;
}

/** A heading and keys; NU7 is written behind them. */
const EARLY_UPGRADES = `[network.testnet_parameters.activation_heights]
NU5 = 1
NU6 = 2
"NU6.1" = 3
"NU6.2" = 4
"NU6.3" = 5`;

/** A start opens a database and reads blocks back; machines that are busy take their time. */
const START_SECONDS = 120;
/** It writes blocks that are not final down every five seconds, and says so nowhere. */
const WRITTEN_MS = 7_000;
/** A stop in good order writes the database. */
const STOP_MS = 30_000;

/** A zebrad on Regtest, on loopback, without peers. */
export class ZebradNode implements NodeUnderTest {
  readonly url: string;
  readonly cookieFile: string;
  readonly logFile: string;
  readonly #options: ZebradOptions;
  readonly #ports: readonly [number, number];
  readonly #configFile: string;
  #variables: Readonly<Record<string, string>> = {};
  #child: ChildProcess | undefined;

  private constructor(options: ZebradOptions, ports: readonly [number, number]) {
    this.url = `http://127.0.0.1:${ports[0]}`;
    this.cookieFile = path.join(options.folder, '.cookie');
    this.logFile = path.join(options.folder, 'zebrad.log');
    this.#options = options;
    this.#ports = ports;
    this.#configFile = path.join(options.folder, 'zebrad.toml');
  }

  /** Writes its configuration and starts nothing. */
  static async make(options: ZebradOptions): Promise<ZebradNode> {
    mkdirSync(options.folder, { recursive: true });
    const [rpcPort = 0, peerPort = 0] = await freePorts(2);
    const node = new ZebradNode(options, [rpcPort, peerPort]);
    node.payTo(options.minerAddress);
    return node;
  }

  /** Whom its blocks pay from the next start on. */
  payTo(minerAddress: string): void {
    const [rpcPort, peerPort] = this.#ports;
    writeFileSync(this.#configFile, zebradToml({ ...this.#options, minerAddress }, rpcPort, peerPort));
  }

  /** What its environment has from the next start on, such as the switch for proofs of work on Regtest. */
  setVariables(variables: Readonly<Record<string, string>>): void {
    this.#variables = variables;
  }

  async start(): Promise<void> {
    const log = openSync(this.logFile, 'a');
    // A variable that begins with ZEBRA_ and is no setting stops it.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ZEBRA_'));
    const child = spawn(this.#options.zebrad, ['-c', this.#configFile, 'start'], {
      stdio: ['ignore', log, log],
      env: { ...Object.fromEntries(inherited), ...this.#variables },
    });
    closeSync(log);
    this.#child = endWithUs(child);
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`zebrad ended with status ${code}: ${this.#lastLines()}`)),
      );
    });
    failed.catch(() => {});
    const answers = () => callNode(this, 'getblockcount', [], 5_000).then(isThere, isNotThere);
    await Promise.race([until('zebrad answers', answers, START_SECONDS), failed]);
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
  }

  async stop(): Promise<void> {
    await endChild(this.#child, 'SIGTERM', STOP_MS);
  }

  async kill(): Promise<void> {
    await endChild(this.#child, 'SIGKILL');
  }

  async dropTip(): Promise<() => Promise<void>> {
    const tip = await callNode(this, 'getbestblockhash');
    await callNode(this, 'invalidateblock', [tip]);
    // It answers before its tip has moved.
    await until('the tip has moved', async () => (await callNode(this, 'getbestblockhash')) !== tip);
    return async () => {
      await callNode(this, 'reconsiderblock', [tip]);
    };
  }

  #lastLines(): string {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  }
}

function isThere(): boolean {
  return true;
}

function isNotThere(): boolean {
  return false;
}

/** As a user would write it for a chain of his own. */
function zebradToml(options: ZebradOptions, rpcPort: number, peerPort: number): string {
  return `[network]
network = "Regtest"
cache_dir = false
listen_addr = "127.0.0.1:${peerPort}"

${options.upgrades ?? EARLY_UPGRADES}
NU7 = ${options.nu7Height}

[mining]
miner_address = "${options.minerAddress}"

[state]
cache_dir = "${path.join(options.folder, 'state')}"

[rpc]
listen_addr = "127.0.0.1:${rpcPort}"
enable_cookie_auth = true
cookie_dir = "${options.folder}"

[tracing]
use_color = false
`;
}
