import {
  fundReserve,
  LedgerBooks,
  parkAccount,
  postEntry,
  type Queries,
  recordMove,
  type SqlValue,
  setPayee,
  setReserveLimits,
  setScheme,
  setTerms,
} from '@adit/ledger';
import { openingEntry, reserveEntry, settleEntry, windowOf } from '@adit/money';
import { BLOCK, CREDITED, MATURE } from './books.ts';
import { payeeOf } from './payout-desk.ts';

const CHAIN = 'zcash';
const BY = { chain: CHAIN, timeMs: 1, actor: 'test', reason: 'a test' };

/** Books in which each table has rows: blocks in all states, a batch that is settled, one that is open, shares, and one shielding. */
export async function fillAllTables(queries: Queries): Promise<void> {
  await setTerms(queries, {
    ...BY,
    account: '',
    terms: { feePpm: 10_000n, donation: null, minimum: 100n },
  });
  await setTerms(queries, { ...BY, account: 'ann', terms: { feePpm: 0n, donation: null, minimum: null } });
  await setScheme(queries, { ...BY, scheme: { kind: 'pplns', window: windowOf(2) } });
  await setScheme(queries, { ...BY, scheme: { kind: 'solo' } });
  for (const account of ['ann', 'bob']) await setPayee(queries, { ...BY, account, payee: payeeOf(account) });
  await parkAccount(queries, { ...BY, account: 'bob' });
  await setReserveLimits(queries, { ...BY, floor: 1n, resumeAt: 2n });
  await fundReserve(queries, { ...BY, amount: 9_000n }, 'deposit');
  await insert(queries, 'pps_mark', { chain: CHAIN, next_number: 1 });
  await insert(queries, 'pps_carry', { chain: CHAIN, account: 'ann', carry: '1' });
  await blocks(queries);
  await batches(queries);
  await shares(queries);
  await insert(queries, 'shield', {
    ...{ id: 's1', chain: CHAIN, wallet: 'hot', state: 'ready', version: 1, called_ms: 1, start_height: 1 },
    ...{ operation: 'op', txid: 'aa', generation: 1, value: '5', fee: '1' },
  });
  await insert(queries, 'payout_control', {
    ...{ chain: CHAIN, wallet: 'hot', mode: 'approve', identity: 'seed', identity_ms: 0, version: 1 },
  });
  const [actor, content] = [{ name: 'test', reason: 'a test' }, { mode: 'approve' }];
  const subject = { kind: 'wallet', name: 'hot' } as const;
  const books = new LedgerBooks({ chain: CHAIN, minimum: 100n });
  await books.audit(queries, { timeMs: 1, actor, action: 'payouts_mode', subject, content });
  await insert(queries, 'payout_hold', {
    ...{ chain: CHAIN, wallet: 'hot', position: 1, reason: 'operator', detail: 'a test', since_ms: 1 },
  });
}

async function blocks(queries: Queries): Promise<void> {
  for (const [i, state] of ['seen', 'confirmed', 'mature'].entries()) {
    const hash = state === 'mature' ? BLOCK.hash : `${i}`.repeat(64);
    await insert(queries, 'block', {
      ...{ chain: CHAIN, hash, what: 'block', number: 1, chain_name: 'zcash', dialect: 'zcash' },
      ...{ work_group: 'aa', digest: `${i}`, height: i, found_ms: 1, account: 'ann', worker: 'ann.x' },
      ...{ scheme: 'pplns', state, generation: 1, is_expected_known: 1, expected_reward: '1000', next_ms: 5 },
    });
    const move = { timeMs: 2, chain: CHAIN, actor: 'test', kind: 'block', subject: hash } as const;
    await recordMove(queries, { ...move, from: 'found', to: 'seen' });
    if (state !== 'seen') await recordMove(queries, { ...move, from: 'seen', to: 'confirmed' });
    if (state === 'mature') await recordMove(queries, { ...move, from: 'confirmed', to: 'mature' });
  }
  await insert(queries, 'round', {
    ...{ chain: CHAIN, hash: BLOCK.hash, generation: 1, scheme: '{"kind":"prop"}', counts_from: 0 },
    ...{ newest_number: 1, oldest_number: 1, total: '4', is_full: 1, reward: '1000', reserve: '0' },
    ...{ suspense: '0', made_ms: 2 },
  });
  const parts = [
    { account: 'ann', score: '3', gross: '750', fee: '7', net: '743' },
    { account: 'bob', score: '1', gross: '250', fee: '2', net: '248' },
  ];
  for (const [position, part] of parts.entries())
    await insert(queries, 'round_part', {
      ...{ chain: CHAIN, hash: BLOCK.hash, generation: 1, position, donation: '0', ...part },
    });
  await postEntry(queries, CHAIN, CREDITED, 3);
  await postEntry(queries, CHAIN, MATURE, 4);
}

async function batches(queries: Queries): Promise<void> {
  const books = new LedgerBooks({ chain: CHAIN, minimum: 100n });
  await postEntry(queries, CHAIN, openingEntry({ chain: CHAIN, reference: 'first', amount: 900n }, 'ann'), 5);
  for (const [id, gross, state] of [
    ['b1', 700n, 'settled'],
    ['b2', 900n, 'reserved'],
  ] as const) {
    const isOpen = state === 'reserved';
    await insert(queries, 'batch', {
      ...{ id, chain: CHAIN, wallet: 'hot', machine: 'sending', state, is_open: isOpen ? 1 : 0, version: 1 },
      ...{ tag: id, planned_ms: 5, approved_ms: 6, payment_cap: '5000', batch_cap: '5000', most_fee: '9' },
      ...{
        fee_planned: '1',
        fee_real: isOpen ? null : '1',
        mined_txid: isOpen ? null : 'cc',
        remembered: '',
      },
    });
    await insert(queries, 'item', {
      ...{ batch: id, position: 0, account: 'ann', address: 't-ann', receiver: 'ann', kind: 'p2pkh' },
      ...{ gross: `${gross}`, fee_part: '0', amount: `${gross}`, is_released: 0 },
    });
    await postEntry(queries, CHAIN, reserveEntry({ chain: CHAIN, id }, [{ account: 'ann', gross }]), 6);
    if (isOpen) await insert(queries, 'pin', { chain: CHAIN, account: 'ann', batch: id });
    else {
      await insert(queries, 'batch_txid', { txid: 'cc', batch: id, position: 0, raw: 'ff' });
      await postEntry(queries, CHAIN, settleEntry({ chain: CHAIN, id }, { gross, paid: gross, fee: 1n }), 7);
    }
    const [actor, content] = [{ name: 'payouts', reason: null }, { id }];
    const subject = { kind: 'batch', name: id } as const;
    await books.audit(queries, { timeMs: 5, actor, action: 'batch_planned', subject, content });
  }
}

async function shares(queries: Queries): Promise<void> {
  for (const instance of ['one', 'two'])
    await insert(queries, 'journal_mark', {
      ...{ instance, sequence: 3, lighter_id: 0, newest_ms: 1, state: 'here' },
    });
  await insert(queries, 'left_out', {
    ...{ instance: 'one', first_sequence: 1, last_sequence: 1, because: 'duplicate' },
  });
  await queries.run('UPDATE share_chain SET next_number = 2, network_target = ?', ['7']);
  await insert(queries, 'share_chain', { chain: 'other', next_number: 2, network_target: '7' });
  await insert(queries, 'share_account', { chain: CHAIN, id: 1, name: 'ann' });
  await insert(queries, 'slice', {
    ...{ chain: CHAIN, first_number: 1, last_number: 1, first_ms: 1, last_ms: 1, total: '4', weight: '4' },
    ...{ target_before: '7', sums: new Uint8Array([1]), origin: new Uint8Array([2]), shares: null },
  });
  await insert(queries, 'slice_journal', {
    ...{ chain: CHAIN, first_number: 1, instance: 'one', first_sequence: 2, last_sequence: 2 },
  });
  await insert(queries, 'correction', {
    ...{ chain: CHAIN, number: 1, position: 0, weight_before: '4', weight: '3', is_applied: 0 },
  });
}

async function insert(
  queries: Queries,
  table: string,
  row: Readonly<Record<string, SqlValue>>,
): Promise<void> {
  const columns = Object.keys(row);
  await queries.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}
