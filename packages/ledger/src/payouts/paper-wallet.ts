import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type {
  OperationAnswer,
  SendingWallet,
  WalletFunds,
  WalletHistory,
  WalletLimits,
  WalletPayment,
  Witness,
} from '@adit/money';
import { AditError, messageOf } from '@adit/primitives';
import { type ListContent, type PaymentLists, readList } from './list-watch.ts';
import { type PaperList, paperList, paperTable } from './paper-list.ts';

/** How a person is asked to pay. */
export interface PaperWalletOptions {
  /** Folder of the payment lists. */
  readonly folder: string;
  readonly limits: WalletLimits;
  /** Decimals of the coin. */
  readonly decimals: number;
  /** Receivers of the pool's own wallets. */
  readonly own: readonly string[];
}

/** What a paper wallet works with. */
export interface PaperWalletModules {
  readonly witness: Witness;
  /** What the books say that the person's wallet holds: nobody else can be asked. */
  readonly balance: () => Promise<bigint>;
}

/** Blocks that a transaction of a person's wallet lives at most: 120 behind NU7 (ZIP 203). */
const LIFE = 120;
const TXID = /^[0-9a-f]{64}$/;
/** Every file that a list can have, in any case: what a person wrote by hand counts, too. Drafts of writes do not. */
const LIST_FILE = /^([^.].*)\.(?:json|csv|paid|withdrawn)$/i;

/**
 * A wallet of which a person is the machine: it writes a payment list, and takes back the id of the transaction that the person made.
 * Everything else is as with any other wallet: only the chain settles the batch.
 */
export class PaperWallet implements SendingWallet, PaymentLists {
  readonly kind = 'sending';
  readonly isByHand = true;
  readonly life = LIFE;
  readonly limits: WalletLimits;
  readonly #options: PaperWalletOptions;
  readonly #modules: PaperWalletModules;

  constructor(options: PaperWalletOptions, modules: PaperWalletModules) {
    this.limits = options.limits;
    this.#options = options;
    this.#modules = modules;
  }

  async identity(): Promise<string> {
    return `paper ${path.resolve(this.#options.folder)}`;
  }

  /** @throws AditError `ADIT_PAYOUT_REFUSED` while the nodes have no tip */
  async funds(): Promise<WalletFunds> {
    const balance = await this.#modules.balance();
    const { height, hash } = await this.#tip();
    return {
      spendable: balance,
      coinbase: 0n,
      total: balance,
      unconfirmedSpends: 0n,
      height,
      hash,
      isComplete: true,
    };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(receivers.filter((receiver) => this.#options.own.includes(receiver)));
  }

  /** Writes the list, and then the table for people. Without the list nobody was asked. */
  async start(payment: WalletPayment): ReturnType<SendingWallet['start']> {
    const list = paperList(payment);
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      if ((await this.#lists()).includes(payment.batch))
        return { kind: 'doubt', why: 'a list of this batch was there before' };
      await this.#write(payment.batch, 'json', JSON.stringify(list, null, 2));
    } catch (error) {
      // Behind the rename a failure comes too late: a person may have seen the list.
      const mayBeThere = await this.#read(payment.batch, 'json').then(
        (text) => text !== undefined,
        (reading) => !isNoFolder(reading),
      );
      if (mayBeThere) return { kind: 'doubt', why: `the payment list is there: ${messageOf(error)}` };
      return { kind: 'nothing_happened', why: `the payment list cannot be written: ${messageOf(error)}` };
    }
    try {
      await this.#write(payment.batch, 'csv', paperTable(list, this.#options.decimals));
    } catch (error) {
      return { kind: 'doubt', why: `the payment list is there without its table: ${messageOf(error)}` };
    }
    return { kind: 'operation', id: `paper ${payment.batch}` };
  }

  async poll(operation: string): Promise<OperationAnswer> {
    const batch = operation.slice('paper '.length);
    const txid = await this.#read(batch, 'paid');
    if (txid !== undefined) return { kind: 'done', txid };
    if ((await this.#read(batch, 'withdrawn')) !== undefined)
      return { kind: 'nothing_happened', why: 'the list was withdrawn before anybody paid it' };
    const isThere = (await this.#read(batch, 'json')) !== undefined;
    return isThere ? { kind: 'running' } : { kind: 'doubt', why: 'the payment list is gone' };
  }

  /**
   * Takes back what a person did.
   * @param txid of the one transaction that pays the whole list, as hex
   * @throws AditError `ADIT_PAYOUT_REFUSED` for an unknown list, another answer than before, or text that is not a transaction id
   */
  async paid(batch: string, txid: string): Promise<void> {
    if (!TXID.test(txid)) throw refusal(`a transaction id has 64 hex digits, unlike ${txid}`);
    await this.#answer(batch, 'paid', txid);
  }

  /**
   * Takes a list back that nobody has paid, and that nobody will pay. The list itself may be lost: the caller knows its batch.
   * @throws AditError `ADIT_PAYOUT_REFUSED` if it was answered otherwise before
   */
  async withdraw(batch: string): Promise<void> {
    await this.#answer(batch, 'withdrawn', 'withdrawn');
  }

  async written(): Promise<readonly string[]> {
    return this.#lists();
  }

  async content(batch: string): Promise<ListContent | undefined> {
    const text = await this.#read(batch, 'json');
    return text === undefined ? undefined : readList(text);
  }

  async isWithdrawn(batch: string): Promise<boolean> {
    const isPaid = (await this.#read(batch, 'paid')) !== undefined;
    return !isPaid && (await this.#read(batch, 'withdrawn')) !== undefined;
  }

  async history(fromHeight: number): Promise<WalletHistory> {
    const sends: WalletHistory['sends'][number][] = [];
    let isIdle = true;
    for (const name of await this.#lists()) {
      const txid = await this.#read(name, 'paid');
      const list = txid === undefined ? undefined : await this.#list(name);
      if (txid === undefined && (await this.#read(name, 'withdrawn')) === undefined) isIdle = false;
      if (txid === undefined || list === undefined) continue;
      const outputs = list.outputs.map(({ receiver, amount }) => ({ receiver, amount: BigInt(amount) }));
      // Nobody but the chain knows how far it is.
      sends.push({ txid, tags: [list.tag], outputs, state: 'waiting', expiry: null });
    }
    const { height, hash } = await this.#tip();
    return { sends, listedFrom: fromHeight, isIdle, isComplete: true, height, hash };
  }

  async remembers(): Promise<boolean> {
    return true;
  }

  /** A person's wallet is not asked for bytes. */
  async rawTransaction(): Promise<null> {
    return null;
  }

  async #answer(batch: string, kind: 'paid' | 'withdrawn', text: string): Promise<void> {
    if (kind === 'paid' && (await this.#read(batch, 'json')) === undefined)
      throw refusal(`there is no payment list ${batch}`);
    for (const other of ['paid', 'withdrawn'] as const) {
      const before = await this.#read(batch, other);
      if (before !== undefined && before !== text)
        throw refusal(`list ${batch} was answered before: ${before}`);
    }
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    await this.#write(batch, kind, text);
  }

  async #tip(): Promise<{ readonly height: number; readonly hash: string }> {
    const tip = await this.#modules.witness.tip();
    if (tip === undefined) throw refusal('the nodes do not agree on a tip');
    return tip;
  }

  async #lists(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#options.folder);
      // A mark or a table alone says as much: a list was there.
      return [...new Set(names.flatMap((name) => LIST_FILE.exec(name)?.[1] ?? []))].sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #list(batch: string): Promise<PaperList | undefined> {
    const text = await this.#read(batch, 'json');
    return text === undefined ? undefined : (JSON.parse(text) as PaperList);
  }

  async #read(batch: string, kind: string): Promise<string | undefined> {
    try {
      return await readFile(this.#file(batch, kind), 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Writes a whole file, flushed, or none. */
  async #write(batch: string, kind: string, text: string): Promise<void> {
    const file = this.#file(batch, kind);
    const handle = await open(`${file}.part`, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.part`, file);
    const folder = await open(this.#options.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #file(batch: string, kind: string): string {
    return path.join(this.#options.folder, `${path.basename(batch)}.${kind}`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A file stands where the folder should be: nothing can lie in it. */
function isNoFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
}

function refusal(message: string): AditError {
  return new AditError('ADIT_PAYOUT_REFUSED', `${message}; nothing was changed`);
}
