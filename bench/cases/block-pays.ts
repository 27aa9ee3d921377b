import {
  coinbaseTextOf,
  operatorReward,
  transparentScript,
  withCoinbaseText,
  withPayees,
  type ZcashWork,
} from '@adit/chain';
import { bigintToBytes, decodeHex } from '@adit/primitives';
import { jobIdOf, zcashNotifyLine } from '@adit/stratum';
import { type BenchCase, must, type Prepared } from '../case.ts';
import { computingTime } from '../clock.ts';
import { variableWork } from './variable-work.ts';

const TRANSACTIONS = 1_000;
/** Of the coinbase that `variableWork` makes. */
const OPERATOR = transparentScript('p2pkh', decodeHex('ad'.repeat(20)));
/** As many as there are addresses in a case. */
const SCRIPTS = Array.from({ length: 10_000 }, (_, i) =>
  transparentScript('p2pkh', bigintToBytes(BigInt(i + 1), 20)),
);
const MS = { unit: 'ms', better: 'lower' } as const;

/**
 * From a work of the node with 1,000 transactions to the line of its job, as at a tip: as it is, with payees, and one work
 * for each of 10,000 addresses.
 */
export function blockPaysCases(): BenchCase[] {
  const naive = 'block_pays.tip_opaque_ms';
  return [
    { name: naive, ...MS, prepare: () => timed((work) => [work]) },
    ...[200, 1_000].map((count) => ({
      name: `block_pays.tip_${count}_payees_ms`,
      ...MS,
      naive,
      prepare: () => timed((work, salt) => [paying(texted(work, salt), count)]),
    })),
    {
      name: 'block_pays.tip_10000_addresses_ms',
      ...MS,
      naive,
      prepare: () =>
        timed((work, salt) => {
          const base = texted(work, salt);
          return Array.from({ length: 10_000 }, (_, address) => paying(base, 1, address));
        }),
    },
  ];
}

function texted(work: ZcashWork, salt: number): ZcashWork {
  return withCoinbaseText(work, coinbaseTextOf('bench', bigintToBytes(BigInt(salt), 16)));
}

function paying(work: ZcashWork, count: number, salt = 0): ZcashWork {
  const reward = operatorReward(work, OPERATOR);
  if (typeof reward !== 'bigint') throw new Error(reward.message);
  const each = reward / BigInt(count);
  const outputs = Array.from({ length: count }, (_, i) => ({
    value: i === 0 ? reward - each * BigInt(count - 1) : each,
    script: SCRIPTS[(salt + i) % SCRIPTS.length] ?? OPERATOR,
  }));
  const paid = withPayees(work, { operator: OPERATOR, outputs });
  if ('cause' in paid) throw new Error(paid.message);
  return paid;
}

/** Milliseconds of processor time from the work to its lines. */
function timed(make: (work: ZcashWork, salt: number) => readonly ZcashWork[]): Prepared {
  const work = variableWork(TRANSACTIONS);
  let salt = 0;
  const measure = (milliseconds: number) => {
    const start = computingTime();
    let times = 0;
    let now = start;
    do {
      salt += 1;
      const lines = make(work, salt).map((one) => Buffer.from(zcashNotifyLine(jobIdOf(salt), one, true)));
      must(lines.length > 0, 'there is a line');
      times += 1;
      now = computingTime();
    } while (now - start < milliseconds);
    return (now - start) / times;
  };
  return { measure };
}
