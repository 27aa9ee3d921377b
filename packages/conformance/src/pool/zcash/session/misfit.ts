import { equihashSizes } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { errorTextOf, type Reply } from '@adit/wire';
import { orNothing } from '../../../report/finding.ts';
import type { PoolSession } from '../../probe/pool-session.ts';
import { codeOf, isRefused } from '../../probe/replies.ts';
import type { PoolProbeOptions } from '../../run/options.ts';

/** The parameters of chains that speak this dialect, and of test chains. */
const CHAINS: readonly (readonly [n: number, k: number])[] = [
  [200, 9],
  [192, 7],
  [144, 5],
  [96, 5],
  [48, 5],
];
/** The place of the solution among the parameters of mining.submit. */
const SOLUTION = 4;
/** Tries of one length. A pool that looks at the hash first refuses one in so many for another reason, by chance. */
const TRIES = 4;

/**
 * Finds out whether the pool expects solutions for other parameters than the probe's: it refuses those of the probe as it
 * refuses a length that cannot be, and those of one other chain in another way. Refusals are only compared with each other.
 * @returns what to say to the probe; undefined where nothing points to another chain
 */
export async function misfit(
  { equihash: { n, k } }: PoolProbeOptions,
  session: PoolSession,
): Promise<string | undefined> {
  const own = sizeOf([n, k]);
  const impossible = await refusalsOf(session, { ...own, bytes: own.bytes + 1 });
  const [length, ...others] = impossible;
  if (length === undefined || others.length > 0) return undefined;
  const isLength = (refusals: ReadonlySet<string>) => refusals.size === 1 && refusals.has(length);
  if (!isLength(await refusalsOf(session, own))) return undefined;
  const fitting: string[] = [];
  for (const chain of CHAINS) {
    if (chain[0] === n && chain[1] === k) continue;
    const refusals = await refusalsOf(session, sizeOf(chain));
    if (refusals.size > 0 && !refusals.has(length)) fitting.push(chain.join());
  }
  const [fits, ...more] = fitting;
  if (fits === undefined || more.length > 0) return undefined;
  return `the pool refuses solutions of Equihash ${n},${k} for their length, and not those of ${fits}: say --chain-params ${fits}`;
}

interface Size {
  readonly prefix: Uint8Array;
  readonly bytes: number;
}

function sizeOf([n, k]: readonly [number, number]): Size {
  const { prefix, solutionBytes } = equihashSizes({ n, k });
  return { prefix, bytes: solutionBytes };
}

/** How the pool refuses random solutions of a length; nothing where it does not answer. */
async function refusalsOf(session: PoolSession, { prefix, bytes }: Size): Promise<ReadonlySet<string>> {
  const refusals = new Set<string>();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const job = await session.job().catch(orNothing);
    if (job === undefined) return new Set();
    const solution = crypto.getRandomValues(new Uint8Array(bytes));
    const submission = await session.wrong(job);
    const reply = await session.submit(submission.with(SOLUTION, encodeHex(prefix) + encodeHex(solution)));
    if (!isRefused(reply)) return new Set();
    refusals.add(kindOf(reply));
  }
  return refusals;
}

/** A refusal without its numbers, which may be those of the submission. */
function kindOf(reply: Reply | undefined): string {
  return `${codeOf(reply)} ${errorTextOf(reply?.error).replaceAll(/[0-9]+/g, '#')}`;
}
