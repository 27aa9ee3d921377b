import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAdit } from '@adit/test-kit/pool-process';
import { until } from '@adit/test-kit/until';
import { endChild, endWithUs } from '../zebra/end-with-us.ts';

const script = fileURLToPath(new URL('ledger-process.ts', import.meta.url));
/** The lease of a ledger that was killed lasts 30 s, and a machine may be busy. */
const START_SECONDS = 120;
/** The work under way is finished, which may be a call that the wallet answers late. */
const STOP_MS = 30_000;

/** An event of the ledger. */
export interface LedgerLine {
  readonly kind: string;
  readonly batch?: string;
  readonly cause?: string;
  readonly detail?: string;
}

/** A batch as `adit ledger payouts show` tells of it. */
export interface BatchSeen {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly txids: readonly string[];
  readonly minedTxid: string | null;
  readonly items: readonly { readonly account: string; readonly address: string; readonly amount: string }[];
}

/** What `adit ledger payouts` tells of all of them. */
export interface PayoutsSeen {
  readonly mode: string;
  readonly hold: { readonly reason: string; readonly detail: string } | null;
  readonly batches: readonly Omit<BatchSeen, 'items'>[];
}

/** The ledger as a process of its own beside a pool, and its commands. */
export class MoneySite {
  readonly #folder: string;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  /** @param folder of the configuration */
  constructor(folder: string) {
    this.#folder = folder;
    this.#logFile = path.join(folder, 'ledger.log');
  }

  /** Resolves when it writes the books. */
  async start(): Promise<void> {
    const seen = this.events().length;
    const child = endWithUs(
      spawn(process.execPath, ['--conditions=adit-source', script, path.join(this.#folder, 'adit.toml')], {
        cwd: this.#folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => appendFileSync(this.#logFile, chunk));
    const failed = new Promise<never>((_, reject) => {
      child.once('exit', (code) => reject(new Error(`the ledger ended with status ${code}: ${this.#end()}`)));
    });
    failed.catch(() => {});
    const isOpen = () =>
      this.events()
        .slice(seen)
        .some(({ kind }) => kind === 'ledger_open');
    await Promise.race([until('the ledger writes', isOpen, START_SECONDS), failed]);
  }

  async stop(): Promise<void> {
    await endChild(this.#child, 'SIGTERM', STOP_MS);
  }

  async kill(): Promise<void> {
    await endChild(this.#child, 'SIGKILL');
  }

  /** All that it told so far. */
  events(): LedgerLine[] {
    return this.#log()
      .split('\n')
      .filter((line) => line.startsWith('{"') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LedgerLine);
  }

  /** Why payouts wait, if the last thing that was told of them is that they do. */
  waitsFor(): LedgerLine | undefined {
    const last = this.events().findLast(({ kind }) => kind === 'payout_moved' || kind === 'payout_waits');
    return last?.kind === 'payout_waits' ? last : undefined;
  }

  /** A command of `adit ledger`. @throws Error unless it ends with the wanted status */
  async command(args: readonly string[], wanted = 0): Promise<unknown> {
    const { status, out, err } = await runAdit(['ledger', ...args, '--json'], this.#folder);
    if (status !== wanted) throw new Error(`adit ledger ${args.join(' ')}: status ${status}: ${err}${out}`);
    return out === '' ? undefined : JSON.parse(out);
  }

  async payouts(): Promise<PayoutsSeen> {
    return (await this.command(['payouts'])) as PayoutsSeen;
  }

  /** @param state only those in this state */
  async batches(state: string): Promise<readonly BatchSeen[]> {
    const { batches } = await this.payouts();
    const wanted = batches.filter((batch) => batch.state === state);
    return Promise.all(
      wanted.map(async ({ id }) => (await this.command(['payouts', 'show', id])) as BatchSeen),
    );
  }

  #log(): string {
    try {
      return readFileSync(this.#logFile, 'utf8');
    } catch {
      return '';
    }
  }

  #end(): string {
    return this.#log().trimEnd().split('\n').slice(-5).join('\n');
  }
}
