import { AditError } from '@adit/primitives';
import type { AccountReading, CoreOptions, ZcashServerSession, ZcashSubmission } from '@adit/stratum';
import type { OnPoolEvent } from '../events.ts';
import type { MinerConnection } from '../ports/miner-connection.ts';
import { accessOptions } from '../ports/port-access.ts';
import type { SoloBlockOptions, ZcashPortOptions } from '../ports/port-options.ts';
import type { PayeeReader } from './block-payee.ts';
import type { ZcashEngine } from './engine.ts';
import { SoloMiners } from './solo-miners.ts';
import type { SoloPayee } from './solo-payee.ts';

type Miner = MinerConnection<ZcashServerSession, ZcashSubmission>;

/** The collaborators of the part of a port that pays in the block. */
export interface SoloPortModules {
  /** Name of the port. */
  readonly port: string;
  readonly engine: ZcashEngine;
  readonly operator?: Uint8Array | undefined;
  readonly readPayee?: PayeeReader | undefined;
  readonly onEvent: OnPoolEvent;
  readonly onReady: (miners: readonly Miner[]) => void;
  readonly onOwn: (miners: readonly Miner[]) => void;
}

/**
 * Most addresses of a port. For 10,000 of them the jobs of a new tip take one to two seconds of processor time, in slices
 * of a millisecond.
 */
const MOST_ADDRESSES = 10_000;

/** What a port adds whose blocks pay the address of their miner. */
export class SoloPort {
  readonly miners: SoloMiners<Miner>;
  readonly #read: PayeeReader;
  readonly #most: number;
  /** By connection, for shares. */
  readonly #payees = new Map<number, SoloPayee>();

  /** @throws AditError `ADIT_NO_ADDRESSES` where nothing reads addresses, or the operator has none */
  constructor({ feePpm, most = MOST_ADDRESSES }: SoloBlockOptions, modules: SoloPortModules) {
    const { port, engine, operator, readPayee, onEvent, onReady, onOwn } = modules;
    if (operator === undefined || readPayee === undefined)
      throw new AditError(
        'ADIT_NO_ADDRESSES',
        `the port ${port}: nothing here reads addresses of its network`,
      );
    this.#read = readPayee;
    this.#most = most;
    this.miners = new SoloMiners<Miner>(
      { operator, feePpm, most },
      {
        engine,
        now: () => performance.now(),
        onReady,
        onOwn,
        onRefused: (account, detail) =>
          onEvent({ kind: 'payee_refused', chain: engine.name, port, account, detail }),
      },
    );
  }

  /**
   * The options of sessions that say which workers the port lets in. Accounts are addresses, whatever else it says. Its list
   * of workers is read whether another address fits or not.
   */
  access({
    name,
    access,
  }: ZcashPortOptions): Pick<CoreOptions, 'authorize' | 'aliases' | 'readAccount' | 'oneAccount'> {
    return {
      ...accessOptions({ name, access: { ...access, accounts: 'address' } }, this.#read),
      readAccount: (address) => this.#readAccount(address),
      oneAccount: true,
    };
  }

  /** To be called when a connection has a worker. Calls after the first one do nothing. */
  loggedIn(miner: Miner, account: string): void {
    if (this.#payees.has(miner.id)) return;
    const who = this.#read(account);
    const payee = 'fault' in who ? undefined : this.miners.join(miner, who);
    if (payee !== undefined) this.#payees.set(miner.id, payee);
    else miner.connection.close({ cause: 'refused', detail: 'no more addresses fit this port' });
  }

  leave(miner: Miner): void {
    this.#payees.delete(miner.id);
    this.miners.leave(miner);
  }

  payeeOf(connection: number): SoloPayee | undefined {
    return this.#payees.get(connection);
  }

  /** Reads the account of a login: an address that a coinbase can pay, in its one spelling. */
  #readAccount(address: string): AccountReading {
    const payee = this.#read(address);
    if ('fault' in payee) return payee;
    if (this.miners.size >= this.#most && !this.miners.knows(payee.account))
      return { fault: `this port already mines for ${this.#most} addresses: try again later` };
    return { account: payee.account };
  }
}
