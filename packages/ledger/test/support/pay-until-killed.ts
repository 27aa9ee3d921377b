// Pays from a real file until it is killed. Its world is a file of lines too: what a wallet did stays done.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LedgerBooks, LedgerWriter, PayoutService, SqliteDatabase } from '@adit/ledger';
import type { SendingWallet, Witness } from '@adit/money';
import { simTransaction } from '../simulator/sim-transaction.ts';
import { OWN, SIM_LIMITS } from '../simulator/sim-wallet-facts.ts';
import { DESK_OPTIONS } from './payout-desk.ts';

const [folder = ''] = process.argv.slice(2);
const world = path.join(folder, 'world.txt');
const lines = existsSync(world) ? readFileSync(world, 'utf8').split('\n') : [];
/** Each line is a block, or a payment with its mark, its outputs and the height at which it was made. */
let height = 100 + lines.filter((line) => line === 'block').length;
const payments = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Paid);
const operations = new Map<string, string>();

interface Paid {
  readonly txid: string;
  readonly tag: string;
  readonly outputs: readonly { readonly receiver: string; readonly amount: string }[];
  readonly height: number;
}

const nodes = ['one', 'two'];
const hash = (at: number) => `block-${at}`;
const witness: Witness = {
  configuredNodes: 2,
  tip: async () => ({ height, hash: hash(height) }),
  hashesAt: async (at) => nodes.map((node) => ({ node, hash: at <= height ? hash(at) : null })),
  place: async (txid) => {
    const paid = payments.find((one) => one.txid === txid);
    if (paid === undefined || paid.height >= height) return { kind: 'absent' };
    const at = paid.height + 1;
    return { kind: 'mined', height: at, hash: hash(at), depth: height - at + 1, fee: 10_000n };
  },
  blocks: async (from, to) =>
    Array.from({ length: to - from + 1 }, (_, i) => {
      const at = from + i;
      const txids = payments.filter((one) => one.height + 1 === at).map(({ txid }) => txid);
      return { height: at, hash: hash(at), previous: hash(at - 1), txids };
    }),
  nextUpgrade: async () => null,
};

const sumOf = (paid: Paid) => paid.outputs.reduce((sum, { amount }) => sum + BigInt(amount), 10_000n);
const wallet: SendingWallet = {
  kind: 'sending',
  life: 41,
  limits: SIM_LIMITS,
  identity: async () => 'seed-1',
  funds: async () => {
    const total = payments.reduce((left, paid) => left - sumOf(paid), 1_000_000_000n);
    const waiting = payments
      .filter((paid) => paid.height >= height)
      .reduce((sum, paid) => sum + sumOf(paid), 0n);
    return {
      spendable: total,
      coinbase: 0n,
      total,
      unconfirmedSpends: waiting,
      height,
      hash: hash(height),
      isComplete: true,
    };
  },
  ownReceivers: async (receivers) => new Set(receivers.filter((one) => one === OWN.receiver)),
  start: async ({ tag, outputs }) => {
    const txid = `pay-${payments.length + 1}`;
    const paid: Paid = {
      txid,
      tag,
      outputs: outputs.map(({ payee, amount }) => ({ receiver: payee.receiver, amount: String(amount) })),
      height,
    };
    appendFileSync(world, `${JSON.stringify(paid)}\n`);
    payments.push(paid);
    operations.set(`operation-${txid}`, txid);
    process.stdout.write(`called\n`);
    return { kind: 'operation', id: `operation-${txid}` };
  },
  poll: async (id) => {
    const txid = operations.get(id);
    return txid === undefined ? { kind: 'doubt', why: 'unknown' } : { kind: 'done', txid };
  },
  history: async (from) => ({
    sends: payments.map(({ txid, tag, outputs, height: at }) => ({
      txid,
      tags: [tag],
      outputs: outputs.map(({ receiver, amount }) => ({ receiver, amount: BigInt(amount) })),
      state: at < height ? 'mined' : 'waiting',
      expiry: at + 41,
    })),
    listedFrom: from,
    isIdle: true,
    isComplete: true,
    height,
    hash: hash(height),
  }),
  remembers: async (txids) => txids.every((txid) => payments.some((one) => one.txid === txid)),
  rawTransaction: async (txid) => {
    const paid = payments.find((one) => one.txid === txid);
    if (paid === undefined) return null;
    return simTransaction({
      txid,
      tag: paid.tag,
      outputs: [],
      fee: 0n,
      expiry: paid.height + 41,
      builtAt: paid.height,
    }).raw;
  },
};

const database = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
const writer = new LedgerWriter({ owner: 'child', leaseMs: 1 }, { database, now: Date.now });
const service = new PayoutService(DESK_OPTIONS, {
  writer: {
    // The killed process cannot give its lease back; with the shortest lease the next one need not wait.
    transact: async (work) => {
      await writer.take();
      return database.transact(work);
    },
    read: (work) => database.read(work),
  },
  books: new LedgerBooks(DESK_OPTIONS),
  wallet,
  witness,
  broadcaster: null,
  shielder: null,
  clock: { nowMs: Date.now, steadyMs: () => performance.now() },
  unique: () => `${Date.now()}x${process.pid}`,
  pendingIncome: async () => [],
});
for (;;) {
  const result = await service.step();
  process.stdout.write(`${result.kind} ${result.detail}\n`);
  if (result.kind === 'moved') continue;
  if (result.why === 'nothing_due') break;
  appendFileSync(world, 'block\n');
  height += 1;
}
await database.close();
