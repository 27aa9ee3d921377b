import { COEFFICIENT_ONE, type PriceFacts, type SchemeOptions, windowOf } from '@adit/money';
import {
  balanceOf,
  CHAIN_TERMS,
  fundReserve,
  PpsService,
  type PpsStep,
  SqliteDatabase,
  setReserveLimits,
  setScheme,
  setTerms,
  type Verified,
  verifyFromJournals,
} from '../../src/index.ts';
import { START_MS } from './journals.ts';
import { ShareLedger } from './share-ledger.ts';

export const CHAIN = 'zcash';
export const FACTS: PriceFacts = { subsidy: 41_666_668n, feeRatioPpm: 0n, coefficient: COEFFICIENT_ONE };
const BY = { chain: CHAIN, timeMs: START_MS, actor: 'test', reason: 'test' };

/** A ledger of a chain that pays shares at once. */
export interface PpsLedger {
  readonly ledger: ShareLedger;
  /** What the node says a block pays now; a test changes it. */
  readonly price: { facts: PriceFacts | undefined };
  /** Takes all shares, and makes steps until nothing waits. @returns the last step */
  pay(): Promise<PpsStep>;
  fund(amount: bigint): Promise<bigint>;
  balance(account: Parameters<typeof balanceOf>[2]): Promise<bigint>;
  verify(): Promise<Verified>;
}

type Context = Parameters<typeof ShareLedger.open>[0];

export async function ppsLedger(
  t: Context,
  {
    scheme = { kind: 'pps', window: windowOf(2) },
    floor = 0n,
    resumeAt = floor,
    fund = 10n ** 12n,
  }: {
    readonly scheme?: SchemeOptions;
    readonly floor?: bigint;
    readonly resumeAt?: bigint;
    readonly fund?: bigint;
  } = {},
): Promise<PpsLedger> {
  const ledger = await ShareLedger.open(t, { settleMs: 0 });
  const { database } = ledger;
  ledger.now = START_MS;
  await database.transact(async (queries) => {
    await setScheme(queries, { ...BY, scheme });
    const terms = { feePpm: 20_000n, donation: null, minimum: 1n };
    await setTerms(queries, { ...BY, account: CHAIN_TERMS, terms });
    await setReserveLimits(queries, { ...BY, floor, resumeAt });
    if (fund > 0n) await fundReserve(queries, { ...BY, amount: fund }, 'deposit');
  });
  const price: { facts: PriceFacts | undefined } = { facts: FACTS };
  const service = new PpsService(
    { chain: CHAIN, isWanted: true, actor: 'pps', creditMs: 0 },
    { database, priceNow: async () => price.facts, now: () => ledger.now },
  );
  // The first step opens the reserve, as a pool does before its first share.
  await service.step();
  return {
    ledger,
    price,
    async pay() {
      await ledger.takeAll();
      let step = await service.step();
      while (step.isMore) step = await service.step();
      return step;
    },
    fund: (amount) => database.transact((queries) => fundReserve(queries, { ...BY, amount }, 'deposit')),
    balance: (account) => database.read((queries) => balanceOf(queries, CHAIN, account)),
    async verify() {
      const into = await SqliteDatabase.open(':memory:');
      t.after(() => into.close());
      return verifyFromJournals({ database, into, tail: ledger.tail });
    },
  };
}
