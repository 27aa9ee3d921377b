import { type EquihashSizes, equihashSizes, packIndices, unpackIndices } from '@adit/pow';
import { concatBytes, encodeHex } from '@adit/primitives';
import { attack, zip301 } from '../../catalogue/rules.ts';
import type { Judgement } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { type Candidate, grind } from './session/grind.ts';
import { loginZcash } from './session/login.ts';
import type { ZcashSession, ZcashShare } from './session/zcash-session.ts';
import { noneAccepted } from './submissions.ts';

/** A forged block, and its submission. */
interface Forgery extends Candidate {
  readonly nonce: Uint8Array;
}

/** Makes forgeries from a right solution, or from nothing. */
type Forge = (materials: Materials) => Forgery;

interface Materials {
  readonly share: ZcashShare;
  readonly sizes: EquihashSizes;
  /** The indices of the right solution. */
  readonly indices: Uint32Array;
  /** Makes another header of the same job. */
  readonly fresh: () => { header: Uint8Array; nonce: Uint8Array };
}

const ACCEPTED_TEXT = zip301('mining.submit()');

/** Checks of attacks T01 and T03: blocks whose hash meets the target, but whose solution is not a proof. */
export const FORGERIES: readonly PoolCheck[] = [
  forgery(
    'zcash-forged-repeats',
    'a solution whose indices come in equal pairs is refused',
    'T01',
    'indices in equal pairs: every XOR is zero, nothing was solved',
    ({ sizes, fresh }) => {
      const indices = new Uint32Array(sizes.indexCount);
      for (let i = 0; i < indices.length; i += 2) indices.fill(below(sizes.rowCount), i, i + 2);
      return put(fresh(), sizes, packIndices(indices, sizes));
    },
  ),
  forgery('zcash-forged-zero', 'a solution of zeros is refused', 'T01', 'all zeros', ({ sizes, fresh }) =>
    put(fresh(), sizes, new Uint8Array(sizes.solutionBytes)),
  ),
  forgery(
    'zcash-forged-order',
    'a solution whose halves are swapped is refused',
    'T01',
    'a true solution with subtrees in another order: one solution would count any number of times',
    ({ share, sizes, indices }) => put(share, sizes, packIndices(reorder(indices), sizes)),
  ),
  forgery(
    'zcash-forged-index',
    'a solution with one index changed is refused',
    'T01',
    'a true solution with one index changed: a collision is missing',
    ({ share, sizes, indices }) => {
      const changed = indices.slice();
      changed[below(changed.length)] = below(sizes.rowCount);
      return put(
        share,
        sizes,
        packIndices(changed.join() === indices.join() ? reorder(indices) : changed, sizes),
      );
    },
  ),
  forgery(
    'zcash-forged-nonce',
    'the solution of another nonce is refused',
    'T01',
    'a true solution under another nonce',
    ({ share, sizes, fresh }) => put(fresh(), sizes, share.solution),
  ),
  forgery(
    'zcash-forged-prefix',
    'a solution with another length prefix is refused',
    'T03',
    'a true solution whose compactSize was varied until the hash met the target: a share for each try',
    ({ share, sizes }) => {
      const prefix = sizes.prefix.slice();
      do crypto.getRandomValues(prefix);
      while (prefix.join() === sizes.prefix.join());
      return { ...share, prefixed: concatBytes(prefix, share.solution) };
    },
  ),
  {
    id: 'zcash-forged-length',
    title: 'a solution for other Equihash parameters is refused',
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack('T01'), ACCEPTED_TEXT],
    sent: 'a submission with a solution of another length under the prefix that belongs to it',
    expected: 'an error, or the end of the connection; a right share is taken afterwards',
    run: async (probe) => {
      const session = await loginZcash(probe);
      const submission = await session.wrong();
      const other = equihashSizes(probe.options.equihash.n === 48 ? { n: 96, k: 5 } : { n: 48, k: 5 });
      const solution = concatBytes(other.prefix, crypto.getRandomValues(new Uint8Array(other.solutionBytes)));
      return await noneAccepted(probe, session, [
        ['another length', submission.with(4, encodeHex(solution))],
      ]);
    },
  },
];

function forgery(id: string, title: string, number: 'T01' | 'T03', sent: string, forge: Forge): PoolCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: ['zcash'],
    rules: [attack(number), ACCEPTED_TEXT],
    sent,
    expected: 'an error, although the hash of the block meets the target; a right share is taken afterwards',
    run: async (probe) => await tryForgery(probe, forge),
  };
}

async function tryForgery(probe: PoolProbe, forge: Forge): Promise<Judgement> {
  const session = await loginZcash(probe);
  const share = await session.solve('any');
  const sizes = equihashSizes(probe.options.equihash);
  const indices = unpackIndices(share.solution, sizes);
  const materials = { share, sizes, indices, fresh: () => freshHeader(session, share) };
  const forged = await grind(() => forge(materials), share.job.target, probe.options.limits.shareMs);
  const [worker, jobId, time] = share.submission;
  const nonce2 = encodeHex(forged.nonce.subarray(share.job.nonce1.length));
  return await noneAccepted(probe, session, [
    ['work that was never done', [worker, jobId, time, nonce2, encodeHex(forged.prefixed)]],
  ]);
}

function put(
  header: { header: Uint8Array; nonce: Uint8Array },
  { prefix }: EquihashSizes,
  solution: Uint8Array,
): Forgery {
  return { header: header.header, nonce: header.nonce, prefixed: concatBytes(prefix, solution) };
}

/** The same header under a new random nonce. */
function freshHeader(session: ZcashSession, share: ZcashShare): { header: Uint8Array; nonce: Uint8Array } {
  const nonce = share.nonce.slice();
  crypto.getRandomValues(nonce.subarray(session.nonce1.length));
  const header = share.header.slice();
  header.set(nonce, header.length - nonce.length);
  return { header, nonce };
}

/** Swaps the halves at one or more random places of the tree. Every XOR stays the same. */
function reorder(indices: Uint32Array): Uint32Array {
  const swapped = indices.slice();
  for (let width = 2; width <= swapped.length; width *= 2) {
    for (let at = 0; at < swapped.length; at += width) {
      const forced = width === 2 && at === 0;
      if (!forced && below(2) === 0) continue;
      const left = swapped.slice(at, at + width / 2);
      swapped.copyWithin(at, at + width / 2, at + width);
      swapped.set(left, at + width / 2);
    }
  }
  return swapped;
}

function below(bound: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % bound;
}
