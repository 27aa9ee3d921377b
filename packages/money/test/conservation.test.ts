// Money is neither made nor lost, whatever happens in which order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { creditEntry, matureEntry, orphanEntry, orphanLateEntry } from '../src/books/block-entries.ts';
import { Books } from '../src/books/books.ts';
import type { Entry } from '../src/books/entry.ts';
import { findBreaches } from '../src/books/invariants.ts';
import type { BatchFacts } from '../src/books/money-state.ts';
import { depositEntry, fundReserveEntry, ppsEntry, releaseReserveEntry } from '../src/books/other-entries.ts';
import {
  bookedEntry,
  itemReleaseEntry,
  releaseEntry,
  reserveEntry,
  settleEntry,
} from '../src/books/payout-entries.ts';
import { sumOf } from '../src/exact/amount.ts';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { type BatchState, plannedBatch } from '../src/payouts/batch-state.ts';
import { COEFFICIENT_ONE, ppsCredit } from '../src/schemes/pps-credit.ts';
import { RESERVE_HOLDER } from '../src/schemes/round.ts';
import { creditOf, donationOf, type RoundCredit, type Terms } from '../src/schemes/round-credit.ts';

const CHAIN = 'zcash';
const ACCOUNTS = ['ann', 'bob', 'cem'];
const PRICE = { reward: 1_000_003n, feeRatioPpm: 70_000n, coefficient: COEFFICIENT_ONE };
const FEE = 17n;
const termsOf = (account: string): Terms => ({
  feePpm: account === 'ann' ? 0n : 13_000n,
  donation: account === 'bob' ? { ppm: 333_333n, cause: 'devs' } : null,
});

const ALL = { minLength: 4, maxLength: 4 };
const small = fc.integer({ min: 0, max: 7 });
const amounts = fc.bigInt({ min: 1n, max: 2_000_000n });
const happening = fc.oneof(
  fc.record({ what: fc.constant('block' as const), amount: amounts, scores: fc.array(small, ALL) }),
  fc.record({
    what: fc.constantFrom('mature' as const, 'orphan' as const, 'late' as const),
    at: small,
  }),
  fc.record({ what: fc.constant('share' as const), at: small, amount: amounts }),
  fc.record({ what: fc.constantFrom('fund' as const, 'unfund' as const), amount: amounts }),
  fc.record({ what: fc.constant('reserve' as const), scores: fc.array(small, ALL) }),
  fc.record({
    what: fc.constantFrom('settle' as const, 'give_back' as const, 'book' as const),
    at: small,
    amount: amounts,
  }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

interface Block {
  readonly name: { readonly chain: string; readonly hash: string; readonly generation: number };
  readonly credit: RoundCredit;
  state: 'immature' | 'mature' | 'orphaned';
}

/** Books, beside what the world would say. */
class World {
  readonly books = new Books();
  readonly blocks: Block[] = [];
  readonly batches: BatchFacts[] = [];
  readonly carries = new Map<string, bigint>();
  /** What the wallet really has. */
  wallet = 0n;
  number = 0;
  hasLateOrphan = false;

  does(one: Happening): void {
    this.number += 1;
    switch (one.what) {
      case 'block':
        return this.#credit(one.amount, one.scores);
      case 'share':
        return this.#share(ACCOUNTS[one.at % ACCOUNTS.length] ?? '', one.amount);
      case 'reserve':
        return this.#reserve(one.scores);
      case 'fund':
      case 'unfund':
        return this.#move(one.what, one.amount);
      case 'settle':
      case 'give_back':
      case 'book':
        return this.#end(one.what, one.at, one.amount);
      default:
        return this.#judge(one.what, one.at);
    }
  }

  #move(what: 'fund' | 'unfund', amount: bigint): void {
    const order = { chain: CHAIN, reference: String(this.number), amount };
    if (what === 'fund') {
      this.books.post(depositEntry(order));
      this.books.post(fundReserveEntry(order, 'equity:owner'));
      this.wallet += amount;
    } else if (amount <= -this.books.balance('equity:pps'))
      this.books.post(releaseReserveEntry(order, 'equity:fee'));
  }

  #credit(reward: bigint, scores: readonly number[]): void {
    const holders = [...ACCOUNTS, RESERVE_HOLDER];
    const round = new Map(holders.map((holder, i) => [holder, BigInt(scores[i] ?? 0)]));
    const credit = creditOf(reward, { scores: round }, termsOf);
    const name = { chain: CHAIN, hash: `hash${this.number}`, generation: 1 };
    this.books.post(creditEntry(name, credit));
    this.blocks.push({ name, credit, state: 'immature' });
  }

  #judge(what: 'mature' | 'orphan' | 'late', at: number): void {
    const wanted = what === 'late' ? 'mature' : 'immature';
    const block = this.blocks.filter(({ state }) => state === wanted)[at];
    if (block === undefined) return;
    const { name, credit } = block;
    const [credited, matured] = [creditEntry(name, credit), matureEntry(name, credit, 'asset:hot')];
    if (what === 'mature') {
      this.books.post(matured);
      this.wallet += credit.reward;
    } else if (what === 'orphan') this.books.post(orphanEntry(name, credited));
    else {
      this.books.post(orphanLateEntry(name, credited, matured));
      this.wallet -= credit.reward;
      this.hasLateOrphan = true;
    }
    block.state = what === 'mature' ? 'mature' : 'orphaned';
  }

  /** A share that is paid at once. The reserve is shut where it has less than the share costs. */
  #share(account: string, part: bigint): void {
    const terms = termsOf(account);
    const score = BLOCK_SCORE / part;
    const { paid, carry } = ppsCredit(this.carries.get(account) ?? 0n, score, PRICE, terms.feePpm);
    if (paid > -this.books.balance('equity:pps')) return;
    this.carries.set(account, carry);
    const { donation, cause } = donationOf(paid, terms);
    const number = BigInt(this.number);
    const interval = { chain: CHAIN, first: number, last: number };
    this.books.post(ppsEntry(interval, [{ account, donation, cause, net: paid - donation }]));
  }

  #reserve(parts: readonly number[]): void {
    const bound = new Set(
      this.batches.filter(isOpen).flatMap(({ items }) => items.map(({ account }) => account)),
    );
    if (bound.size > 0) return;
    const items = ACCOUNTS.flatMap((account, i) => {
      const gross = (this.books.owedTo(account) * BigInt(parts[i] ?? 0)) / 7n;
      return gross > 0n ? [{ account, gross, amount: gross, isReleased: false }] : [];
    });
    if (items.length === 0) return;
    const id = `b${this.number}`;
    this.books.post(reserveEntry({ chain: CHAIN, id }, items));
    const batch = { ...plannedBatch(id, 'sending'), state: 'sent' as const };
    const caps = { payment: 10n ** 12n, batch: 10n ** 12n };
    this.batches.push({ batch, wallet: 'hot', items, marks: [id], caps });
  }

  #end(what: 'settle' | 'give_back' | 'book', position: number, amount: bigint): void {
    const at = this.batches.findIndex(isOpen);
    const open = this.batches[at];
    if (open === undefined) return;
    const name = { chain: CHAIN, id: open.batch.id };
    let { items } = open;
    if (what === 'give_back') this.books.post(releaseEntry(name, reserveEntry(name, items)));
    else {
      if (what === 'book') {
        const short = items[position % items.length];
        if (short === undefined) return;
        const part = amount % short.gross;
        this.books.post(itemReleaseEntry(name, items.indexOf(short), short));
        const parts = part > 0n ? [{ account: short.account, amount: part }] : [];
        this.books.post(bookedEntry(name, { parts, elsewhere: amount % 3n }));
        this.wallet -= part + (amount % 3n);
        items = items.map((one) => (one === short ? { ...one, isReleased: true } : one));
      }
      const paid = sumOf(items.filter(({ isReleased }) => !isReleased).map(({ gross }) => gross));
      this.books.post(settleEntry(name, { gross: paid, paid, fee: FEE }));
      this.wallet -= paid + FEE;
    }
    const state: BatchState = what === 'give_back' ? 'released' : 'settled';
    this.batches[at] = { ...open, items, batch: { ...open.batch, state } };
  }
}

function isOpen({ batch }: BatchFacts): boolean {
  return batch.state === 'sent';
}

/** The entries of a block's credit, and of its maturity, share out its reward to the unit. */
function checkRewards({ books, blocks }: World): void {
  for (const { name, credit } of blocks) {
    const entry: Entry | undefined = books.entry(creditEntry(name, credit).key);
    const credited = sumOf((entry?.postings ?? []).flatMap(({ amount }) => (amount < 0n ? [-amount] : [])));
    assert.equal(credited, credit.reward);
  }
}

test('whatever blocks, orphans, shares, payouts and moves of the reserve come: money is neither made nor lost, and nobody owes', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const world = new World();
      for (const one of happenings) {
        world.does(one);
        const { books, wallet, batches, blocks, hasLateOrphan } = world;
        assert.equal(sumOf(books.balances.values()), 0n);
        assert.equal(books.balance('asset:hot'), wallet);
        const immature = blocks.filter(({ state }) => state === 'immature');
        assert.equal(books.balance('asset:immature'), sumOf(immature.map(({ credit }) => credit.reward)));
        // What is owed is below zero in the books. Only an orphan after its maturity takes back what may be paid.
        for (const [account, balance] of books.balances)
          if (account.startsWith('liab:') || account === 'equity:pps')
            assert.ok(balance < 0n || hasLateOrphan, `${account} has ${balance}`);
        const rounds = blocks.map(({ name, credit }) => ({
          creditKey: creditEntry(name, credit).key,
          credit,
        }));
        const { entries, balances } = books;
        const state = { entries, balances, rounds, batches, moves: [], wallet: null };
        assert.deepEqual(findBreaches(state), []);
      }
      checkRewards(world);
    }),
    { numRuns: 150 },
  );
});
