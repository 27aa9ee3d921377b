import type {
  CallAnswer,
  OperationAnswer,
  Payee,
  SendingWallet,
  ShieldingSeen,
  WalletFunds,
  WalletHistory,
  WalletLimits,
  WalletPayment,
} from '@adit/money';
import { AditError, encodeHex, messageOf } from '@adit/primitives';
import { Fields, type JsonRpcClient } from '@adit/rpc';
import { AddressFault } from '../addresses/address-fault.ts';
import type { ZcashNetwork } from '../addresses/networks.ts';
import { readPayee, readReceivers } from '../addresses/read-payee.ts';
import { receiverKey } from '../addresses/receivers.ts';
import { receiverFromKey, writeAddress } from '../addresses/write-address.ts';
import { zatoshiFrom } from './amounts.ts';
import { answerToFailedCall, answerToFailedOperation } from './answers.ts';
import { zecdLimits } from './limits.ts';
import { readListing } from './listing.ts';
import { recipientsOf } from './payment-request.ts';
import { ZecdCalls } from './zecd-calls.ts';

/** A wallet of zecd. */
export interface ZecdOptions {
  readonly network: ZcashNetwork;
  /** Its own unified address with an Orchard receiver: the source of payments, and the target of tags and of shielding. */
  readonly address: string;
  /** zecd's `orchard_action_limit`. Default 50, as zecd's. */
  readonly actionLimit?: number;
}

/** `z_sendmany` answered within 70 ms. The call is made once, so a slow answer is worth a wait. */
const CALL_MS = 60_000;
/** `z_shieldcoinbase` waits for a proof that runs, which may take minutes. */
const SHIELD_MS = 600_000;
/** Blocks that a transaction lives behind the tip at which it was built: the next block, and 40 more. */
const LIFE_BLOCKS = 41;
/** All mature rewards at once: zecd moved 1,323 of them in one transaction. */
const NO_LIMIT = 0;
const MOST_DETAILS = 10_000;
const MOST_TEXT = 4_096;
const TXID_BYTES = 32;
const MOST_HEIGHT = 0xffff_ffff;
/** The memo of what is shielded. */
const SHIELD_TAG = 'adit:shield';
const SHIELD_MEMO = encodeHex(new TextEncoder().encode(SHIELD_TAG));

/**
 * Pays by zecd, of which one call builds and sends. Recorded on zecd 0.9.0-rc2 with Zebra 7.0.0.
 *
 * It calls `z_sendmany` only: the synchronous calls hang while a proof runs, and a time-out of theirs says nothing. `done` does not
 * mean that a node has the transaction, and confirmations are never read from the wallet, which may follow a dead branch.
 */
export class ZecdWallet implements SendingWallet {
  readonly kind = 'sending';
  readonly life = LIFE_BLOCKS;
  readonly limits: WalletLimits;
  /** Its own address: payments come from it, and rewards are shielded to it. */
  readonly target: Payee;
  readonly #network: ZcashNetwork;
  /** All receivers of the address. */
  readonly #own: ReadonlySet<string>;
  readonly #client: JsonRpcClient;
  readonly #calls: ZecdCalls;

  /** @throws AditError `ADIT_BAD_PAYEE` for an address that is not a unified one with an Orchard receiver */
  constructor(options: ZecdOptions, modules: { readonly client: JsonRpcClient }) {
    const { network, address } = options;
    const payee = readPayee(address, network);
    if (payee instanceof AddressFault)
      throw new AditError('ADIT_BAD_PAYEE', `the wallet's address: ${payee.message}`);
    if (payee.kind !== 'orchard')
      throw new AditError(
        'ADIT_BAD_PAYEE',
        "the wallet's address must be a unified one with an Orchard receiver",
      );
    const receivers = readReceivers(address, network);
    this.#network = network;
    this.target = payee;
    this.#own = new Set(receivers instanceof AddressFault ? [] : receivers.map(receiverKey));
    this.limits = zecdLimits(options.actionLimit);
    this.#client = modules.client;
    this.#calls = new ZecdCalls(modules.client);
  }

  /** Its receiver, as long as the wallet has the key of it. zecd itself refuses to start on a database of another seed. */
  async identity(): Promise<string> {
    const { receiver } = this.target;
    return (await this.#ownsTarget()) ? `zecd ${receiver}` : `zecd without ${receiver}`;
  }

  /** The balances are read once more behind the question whether they are complete, and are so only if the block stayed the same. */
  async funds(): Promise<WalletFunds> {
    const before = await this.#calls.moment();
    const balances = await this.#calls.balances();
    const { trusted, untrustedPending, immature, coinbase, height, hash } = balances;
    return {
      // `trusted` holds mature rewards as well, which can only be shielded.
      spendable: trusted > coinbase ? trusted - coinbase : 0n,
      coinbase,
      total: trusted + untrustedPending + immature,
      unconfirmedSpends: await this.#unconfirmedSpends(height),
      height,
      hash,
      isComplete: before.isComplete && before.height === height && before.hash === hash,
    };
  }

  async ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>> {
    const known = receivers.filter((receiver) => this.#own.has(receiver));
    const others = receivers.filter((receiver) => !this.#own.has(receiver));
    const addresses = others.map((receiver) => writeAddress(receiverFromKey(receiver), this.#network));
    const areMine = await this.#calls.areMine(addresses);
    return new Set([...known, ...others.filter((_, i) => areMine[i] === true)]);
  }

  /** The amounts and the payees are checked first, so that one bad payee is a refusal here and never a refused batch there. */
  async start(
    payment: WalletPayment,
  ): Promise<CallAnswer<{ readonly kind: 'operation'; readonly id: string }>> {
    const { limits } = this;
    const recipients = recipientsOf(payment, this.target.address, { limits, network: this.#network });
    if (typeof recipients === 'string') return notCalled(recipients);
    try {
      const own = await this.ownReceivers(payment.outputs.map(({ payee }) => payee.receiver));
      if (own.size > 0) return notCalled('a payee is an address of the wallet itself');
      if (!(await this.#ownsTarget())) return notCalled('the wallet does not own its configured address');
    } catch (error) {
      return notCalled(messageOf(error));
    }
    try {
      const answer = await this.#client.call('z_sendmany', [this.target.address, recipients], {
        timeoutMs: CALL_MS,
        retry: false,
      });
      return typeof answer === 'string' && answer !== '' && answer.length <= MOST_TEXT
        ? { kind: 'operation', id: answer }
        : { kind: 'doubt', why: 'z_sendmany answered without an operation id' };
    } catch (error) {
      return answerToFailedCall(error);
    }
  }

  /** @throws where the wallet does not answer: the operation may be asked about again */
  async poll(operation: string): Promise<OperationAnswer> {
    const [found] = await this.#calls.operations([operation]);
    // A restart forgets all operations, and what they did.
    if (found === undefined) return { kind: 'doubt', why: 'the wallet does not know the operation' };
    const status = found.string('status', MOST_TEXT);
    if (status === 'queued' || status === 'executing') return { kind: 'running' };
    if (status === 'success') {
      const result = found.object('result');
      result.hex('txid', TXID_BYTES);
      return { kind: 'done', txid: result.string('txid', 2 * TXID_BYTES) };
    }
    if (status !== 'failed')
      return { kind: 'doubt', why: 'the operation ended in a state that is not known' };
    const error = found.object('error');
    return answerToFailedOperation(
      error.integer('code', -100_000, 100_000),
      error.optionalString('message', MOST_TEXT) ?? '',
    );
  }

  /**
   * All sends since a height in one call. The wallet is asked where it stands before and after it: if that changed, the look was
   * not one moment and is not complete.
   */
  async history(fromHeight: number): Promise<WalletHistory> {
    const before = await this.#calls.moment();
    const sends = await this.#listed(fromHeight);
    const after = await this.#calls.moment();
    const isOneMoment = before.hash === after.hash && before.height === after.height;
    return {
      sends: sends.map(({ fee: _fee, toSelf: _toSelf, ...send }) => send),
      listedFrom: fromHeight,
      isIdle: before.isIdle && after.isIdle,
      isComplete: isOneMoment && before.isComplete && after.isComplete,
      height: after.height,
      hash: after.hash,
    };
  }

  /**
   * A database that was built anew lacks what never was mined, and the Sapling payees of own transactions: their amounts are right,
   * and their outputs do not add up to them.
   */
  async remembers(txids: readonly string[]): Promise<boolean> {
    for (const txid of txids) {
      const transaction = await this.#calls.transaction(txid);
      if (transaction === undefined || !addsUp(transaction)) return false;
    }
    return true;
  }

  async rawTransaction(txid: string): Promise<Uint8Array | null> {
    const transaction = await this.#calls.transaction(txid);
    return transaction === undefined ? null : new Fields(transaction, 'gettransaction').hex('hex');
  }

  /** Begins to shield mature rewards. The target is checked before each call: zecd shields to anybody's address. */
  async shield(): Promise<CallAnswer<{ readonly kind: 'operation'; readonly id: string }>> {
    try {
      if (!(await this.#ownsTarget())) return notCalled('the wallet does not own its configured address');
      const { isIdle } = await this.#calls.moment();
      if (!isIdle) return notCalled('an operation of the wallet is under way');
    } catch (error) {
      return notCalled(messageOf(error));
    }
    try {
      const answer = await this.#client.call(
        'z_shieldcoinbase',
        ['*', this.target.address, null, NO_LIMIT, SHIELD_MEMO],
        {
          timeoutMs: SHIELD_MS,
          retry: false,
        },
      );
      return { kind: 'operation', id: new Fields(answer, 'z_shieldcoinbase').string('opid', MOST_TEXT) };
    } catch (error) {
      return answerToFailedCall(error);
    }
  }

  /**
   * Transactions since a height by which this driver shielded rewards, in whichever state. They carry a mark, so that a person's
   * transfer to itself is not taken for one.
   * @throws where the wallet does not answer
   */
  async shieldings(fromHeight: number): Promise<readonly ShieldingSeen[]> {
    return (await this.#listed(fromHeight)).flatMap(({ txid, tags, outputs, toSelf, fee }) =>
      tags.includes(SHIELD_TAG) && outputs.length === 0 ? [{ txid, value: toSelf + fee, fee }] : [],
    );
  }

  async #ownsTarget(): Promise<boolean> {
    const [isMine] = await this.#calls.areMine([this.target.address]);
    return isMine === true;
  }

  async #listed(fromHeight: number) {
    return readListing(await this.#calls.list(fromHeight), { network: this.#network, own: this.#own });
  }

  async #unconfirmedSpends(height: number): Promise<bigint> {
    // Transactions that are not mined come with any start.
    const listed = await this.#listed(height);
    return listed
      .filter(({ state }) => state === 'waiting')
      .reduce(
        (sum, { fee, outputs }) => outputs.reduce((total, { amount }) => total + amount, sum + fee),
        0n,
      );
  }
}

/** Whether the outputs of a payment are all there. Only of what is mined: before that, amounts change while the wallet learns. */
function addsUp(transaction: unknown): boolean {
  const fields = new Fields(transaction, 'gettransaction');
  if (fields.integer('confirmations', -MOST_HEIGHT, MOST_HEIGHT) < 1) return true;
  fields.objects('details', MOST_DETAILS);
  const { amount, details } = transaction as {
    readonly amount?: unknown;
    readonly details: readonly { readonly amount?: unknown }[];
  };
  const paid = zatoshiFrom(amount, 'gettransaction.amount');
  // Both halves of an output to itself are there, and add up to nothing.
  const listed = details.reduce(
    (sum, detail) => sum + zatoshiFrom(detail.amount, 'gettransaction.details.amount'),
    0n,
  );
  return paid >= 0n || listed === paid;
}

/** The wallet was not called, so nothing can have happened. */
function notCalled(why: string): { readonly kind: 'nothing_happened'; readonly why: string } {
  return { kind: 'nothing_happened', why: `the wallet was not called: ${why}` };
}
