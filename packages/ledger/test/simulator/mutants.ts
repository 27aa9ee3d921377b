import { PROOF_MARGIN, type SendingWallet, type Wallet, type WalletPayment, type Witness } from '@adit/money';
import { DEEPEST_REORG, type SimChain } from './sim-chain.ts';
import type { QueryMutation } from './sim-process.ts';

/** Payments by their marks: what a mutant knows beside the ledger, for one run. */
export type MutantMemory = Map<string, WalletPayment>;

/** What a mutant does otherwise than the program. */
export interface Mutant {
  readonly wallet?: (wallet: Wallet, memory: MutantMemory) => Wallet;
  readonly witness?: (witness: Witness, chain: SimChain) => Witness;
  readonly queries?: QueryMutation;
  /** Whether a transaction is really kept, by what it writes. */
  readonly keeps?: (written: readonly string[]) => boolean;
  /** Every process writes, whoever holds the lease. */
  readonly hasNoLease?: boolean;
  /** What a process does at its start. */
  readonly atStart?: string;
}

/** Programs with one fault each. A simulation that does not catch one of them proves nothing. */
export const MUTANTS = {
  'gives balances back on an error': {
    wallet: (wallet) =>
      overSending(wallet, {
        start: async (inner, payment) => nothingFor(await inner.start(payment)),
        poll: async (inner, id) => nothingFor(await inner.poll(id)),
      }),
  },
  'takes an unknown operation for a failed one': {
    wallet: (wallet) => overSending(wallet, { poll: async (inner, id) => nothingFor(await inner.poll(id)) }),
  },
  'calls before its intent is on disk': {
    keeps: (written) =>
      !written.some((one) => one.startsWith('UPDATE batch SET') && one.includes(' calling ')),
  },
  'changes batches without comparing': {
    queries: (queries) => ({
      all: queries.all,
      run: (sql, values = []) =>
        sql.startsWith('UPDATE batch SET')
          ? queries.run(
              sql.replace(/WHERE id = \?\s+AND state = \? AND version = \?/, 'WHERE id = ?'),
              values.slice(0, -2),
            )
          : queries.run(sql, values),
    }),
    hasNoLease: true,
  },
  'calls again after a start': { atStart: "UPDATE batch SET state = 'reserved' WHERE state = 'calling'" },
  'believes one node': { witness: (_, chain) => chain.secondAlone() },
  // A proof about bytes that expire a hundred blocks earlier is believed a hundred blocks earlier.
  'believes an expiry without a margin': {
    wallet: (wallet) =>
      overSending(wallet, {
        rawTransaction: async (inner, txid) => {
          const raw = await inner.rawTransaction(txid);
          return raw && expiringEarlier(raw, PROOF_MARGIN);
        },
      }),
  },
  'settles without depth': {
    witness: (witness) => ({
      ...witness,
      place: async (txid) => {
        const place = await witness.place(txid);
        return place.kind === 'mined' ? { ...place, depth: place.depth + DEEPEST_REORG * 2 } : place;
      },
    }),
  },
  'takes a partly matching transaction for the whole': {
    wallet: (wallet, asked) =>
      overSending(wallet, {
        start: async (inner, payment) => {
          asked.set(payment.tag, payment);
          return inner.start(payment);
        },
        history: async (inner, from) => {
          const history = await inner.history(from);
          const sends = history.sends.map((send) => {
            const payment = asked.get(send.tags[0] ?? '');
            const outputs = payment?.outputs.map(({ payee, amount }) => ({
              receiver: payee.receiver,
              amount,
            }));
            return { ...send, outputs: outputs ?? send.outputs };
          });
          return { ...history, sends };
        },
      }),
  },
} as const satisfies Readonly<Record<string, Mutant>>;

interface Overrides {
  readonly rawTransaction?: (inner: SendingWallet, txid: string) => Promise<Uint8Array | null>;
  readonly start?: (
    inner: SendingWallet,
    ...args: Parameters<SendingWallet['start']>
  ) => ReturnType<SendingWallet['start']>;
  readonly poll?: (
    inner: SendingWallet,
    ...args: Parameters<SendingWallet['poll']>
  ) => ReturnType<SendingWallet['poll']>;
  readonly history?: (
    inner: SendingWallet,
    ...args: Parameters<SendingWallet['history']>
  ) => ReturnType<SendingWallet['history']>;
}

function overSending(wallet: Wallet, { start, poll, history, rawTransaction }: Overrides): Wallet {
  if (wallet.kind !== 'sending') return wallet;
  return {
    kind: 'sending',
    life: wallet.life,
    limits: wallet.limits,
    identity: () => wallet.identity(),
    funds: () => wallet.funds(),
    ownReceivers: (receivers) => wallet.ownReceivers(receivers),
    remembers: (txids) => wallet.remembers(txids),
    rawTransaction: (txid) =>
      rawTransaction === undefined ? wallet.rawTransaction(txid) : rawTransaction(wallet, txid),
    start: (payment) => (start === undefined ? wallet.start(payment) : start(wallet, payment)),
    poll: (id) => (poll === undefined ? wallet.poll(id) : poll(wallet, id)),
    history: (from) => (history === undefined ? wallet.history(from) : history(wallet, from)),
  };
}

function nothingFor<Answer extends { readonly kind: string }>(
  answer: Answer,
): Answer | { readonly kind: 'nothing_happened'; readonly why: string } {
  return answer.kind === 'doubt' ? { kind: 'nothing_happened', why: 'an error' } : answer;
}

/** The same bytes with an expiry that many blocks earlier. */
function expiringEarlier(raw: Uint8Array, blocks: number): Uint8Array {
  const changed = raw.slice();
  const view = new DataView(changed.buffer);
  view.setUint32(EXPIRY_AT, view.getUint32(EXPIRY_AT, true) - blocks, true);
  return changed;
}

/** Where a v5 transaction says when it expires: behind version, group, branch and lock time. */
const EXPIRY_AT = 16;
