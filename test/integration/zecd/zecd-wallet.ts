import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '@adit/test-kit/until';
import { freePorts } from '../free-ports.ts';
import { endChild, endWithUs } from '../zebra/end-with-us.ts';
import { callNode, type NodePlace } from '../zebra/node-rpc.ts';
import { ZECD_HEIGHTS } from './regtest-upgrades.ts';

export interface ZecdWalletOptions {
  /** The program. */
  readonly zecd: string;
  /** For its configuration, keys, database and log; made where it is missing. */
  readonly folder: string;
  readonly node: NodePlace;
  /** Receivers of its unified addresses. */
  readonly receivers: readonly ('sapling' | 'orchard')[];
}

const USER = 'adit';
const PASSWORD = 'only on loopback';
/** It opens its databases and warms up its proving key; machines that are busy take their time. */
const START_SECONDS = 120;
const INIT_MS = 120_000;
/** A stop in good order finishes the payments that were accepted. */
const STOP_MS = 60_000;

/** A zecd on Regtest, on loopback. It is called as a node is: its login stands in a file. */
export class ZecdWallet implements NodePlace {
  readonly url: string;
  readonly cookieFile: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly #zecd: string;
  readonly #configFile: string;
  #child: ChildProcess | undefined;

  private constructor({ zecd, folder }: ZecdWalletOptions, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.cookieFile = path.join(folder, 'login');
    this.passwordFile = path.join(folder, 'password');
    this.logFile = path.join(folder, 'zecd.log');
    this.#zecd = zecd;
    this.#configFile = path.join(folder, 'zecd.toml');
  }

  /** Makes a wallet as an operator would, and starts it. Its node has to run. */
  static async make(options: ZecdWalletOptions): Promise<ZecdWallet> {
    const { zecd, folder } = options;
    mkdirSync(folder, { recursive: true });
    const [port = 0] = await freePorts(1);
    const configFile = path.join(folder, 'zecd.toml');
    writeFileSync(configFile, zecdToml(options, port));
    writeFileSync(path.join(folder, 'password'), PASSWORD, { mode: 0o600 });
    writeFileSync(path.join(folder, 'login'), `${USER}:${PASSWORD}`, { mode: 0o600 });
    const made = spawnSync(zecd, ['--conf', configFile, 'init', '--birthday', '1'], {
      encoding: 'utf8',
      timeout: INIT_MS,
      env: { ...process.env, ...ZECD_HEIGHTS },
    });
    if (made.status !== 0) throw new Error(`zecd init ended with status ${made.status}: ${made.stderr}`);
    const wallet = new ZecdWallet(options, port);
    await wallet.start();
    return wallet;
  }

  async start(): Promise<void> {
    const log = openSync(this.logFile, 'a');
    const child = spawn(this.#zecd, ['--conf', this.#configFile], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...ZECD_HEIGHTS },
    });
    closeSync(log);
    this.#child = endWithUs(child);
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`zecd ended with status ${code}: ${this.#lastLines()}`)));
    });
    failed.catch(() => {});
    const answers = () =>
      this.call('getblockcount', [], 5_000).then(
        () => true,
        () => false,
      );
    await Promise.race([until('zecd answers', answers, START_SECONDS), failed]);
  }

  async stop(): Promise<void> {
    await endChild(this.#child, 'SIGTERM', STOP_MS);
  }

  async kill(): Promise<void> {
    await endChild(this.#child, 'SIGKILL');
  }

  call(method: string, params: readonly unknown[] = [], timeoutMs?: number): Promise<unknown> {
    return callNode(this, method, params, timeoutMs);
  }

  /** A new address. @param kind a list of receivers, or `transparent`; the configured receivers where left out */
  async address(kind?: string): Promise<string> {
    return String(await this.call('getnewaddress', kind === undefined ? [] : ['', kind]));
  }

  async height(): Promise<number> {
    return Number(await this.call('getblockcount'));
  }

  #lastLines(): string {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  }
}

/** What docs/money.md tells operators, with the pauses of a chain whose blocks come as fast as they are asked for. */
function zecdToml({ folder, node, receivers }: ZecdWalletOptions, port: number): string {
  const names = receivers.map((name) => JSON.stringify(name)).join(', ');
  return `network = "regtest"
datadir = "${folder}"
default_wallet = "default"

[wallets.default]
dir = "${path.join(folder, 'default')}"

[backend]
server = "${node.url.replace('http:', 'zebra:')}"
reconnect_max_secs = 2

[zebra]
rpc_cookie = "${node.cookieFile}"

[rpc]
bind = "127.0.0.1"
port = ${port}
user = "${USER}"
password_file = "${path.join(folder, 'password')}"

[keys]
age_identity = "${path.join(folder, 'identity.txt')}"
auto_unlock = true

[pools]
enabled = [${names}]
default_receivers = [${names}]
transparent = true

[sync]
interval_secs = 1
rebroadcast_secs = 2

[health]
enabled = false
`;
}
