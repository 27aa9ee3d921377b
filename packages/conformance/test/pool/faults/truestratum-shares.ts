import { blockHalf, fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { decodeHex } from '@adit/primitives';
import { jobIdOf, type TrueSubmission, type Verdict } from '@adit/stratum';
import { refuse } from '../../support/engine.ts';
import { type Fault, isMethod, onMethod, withParam } from '../../support/fault.ts';
import { TRUE_TARGET } from '../../support/true-engine.ts';
import type { FaultCases } from './fault-case.ts';

interface Halves {
  readonly block: bigint;
  readonly fruit: bigint;
}

const ACCEPTED: Verdict = { accepted: true, weight: 32n };
const isTrueNotify = isMethod('mining.notify');

function halvesOf(hasher: TrueHasher, header: Uint8Array, nonce: bigint): Halves {
  const digest = hasher.hash(header, nonce);
  return { block: blockHalf(digest), fruit: fruitHalf(digest) };
}

/** A pool that changes its verdict by the work of the submission. */
function rejudging(
  judge: (keep: Verdict, header: Uint8Array, nonce: bigint, target: bigint) => Verdict,
): Pick<Fault, 'outgoing' | 'verdict'> {
  return {
    outgoing: (line, { memory }) => {
      const message = JSON.parse(line) as Record<string, unknown>;
      if (!isTrueNotify(message)) return line;
      const [id, , header] = message['params'] as string[];
      memory.set(String(id).slice(0, 8), decodeHex(header, 32));
      return line;
    },
    verdict: (keep, submission, { memory }) => {
      const { jobSequence, nonces } = submission as TrueSubmission;
      const header = memory.get(jobIdOf(jobSequence));
      if (!(header instanceof Uint8Array)) return keep;
      return judge(keep, header, nonces[0] ?? 0n, TRUE_TARGET);
    },
  };
}

/** A pool that finds duplicates by the text of a share. @param read how it reads a nonce */
function knowsTexts(read: (nonce: string) => string): Pick<Fault, 'incoming' | 'verdict'> {
  return {
    ...onMethod('mining.submit', (message, { memory }) => {
      const nonce = (message['params'] as unknown[])[2];
      memory.set('new', !memory.has(`seen ${nonce}`));
      memory.set(`seen ${nonce}`, true);
      return typeof nonce === 'string' ? withParam(message, 2, read(nonce)) : message;
    }),
    verdict: (keep, _submission, { memory }) =>
      !keep.accepted && keep.reason === 'duplicate_share' && memory.get('new') === true ? ACCEPTED : keep,
  };
}

const epoch0 = () => new TrueHasher(TrueHashDataset.epoch0());

export const TRUE_SHARE_FAULTS: FaultCases = {
  'true-share-accepted': {
    does: 'reads decimal digits as hex',
    // Twenty hex digits are too many for 64 bits, however small the number is.
    ...onMethod('mining.submit', (message) =>
      withParam(message, 2, `0x${String((message['params'] as unknown[])[2]).padStart(20, '0')}`),
    ),
  },
  'true-share-block-half': {
    does: 'looks at the fruit half alone',
    ...rejudging((keep, header, nonce, target) =>
      halvesOf(epoch0(), header, nonce).fruit > target ? refuse('low_difficulty') : keep,
    ),
  },
  'true-share-fruit-half': {
    does: 'looks at the block half alone',
    ...rejudging((keep, header, nonce, target) =>
      halvesOf(epoch0(), header, nonce).block > target ? refuse('low_difficulty') : keep,
    ),
  },
  'true-share-above-target': {
    does: 'is content with three quarters of the difficulty',
    ...rejudging((keep, header, nonce, target) => {
      const { block, fruit } = halvesOf(epoch0(), header, nonce);
      const best = block < fruit ? block : fruit;
      return best * 3n <= target * 4n ? ACCEPTED : keep;
    }),
  },
  'true-share-other-header': {
    does: 'does not look at the last bit of the header',
    ...rejudging((keep, header, nonce, target) => {
      const other = Uint8Array.from(header, (byte, i) => (i === 31 ? byte ^ 1 : byte));
      const { block, fruit } = halvesOf(epoch0(), other, nonce);
      return block <= target || fruit <= target ? ACCEPTED : keep;
    }),
  },
  'true-share-other-dataset': {
    does: 'believes what the miner says it has hashed',
    verdict: (keep) => (!keep.accepted && keep.reason === 'low_difficulty' ? ACCEPTED : keep),
  },
  'true-nonce-outside-range': {
    does: 'looks for duplicates in the range of a connection alone',
    nonce1: () => Uint8Array.of(7, 7),
    verdict: (keep, submission) => {
      const [nonce = 0n] = (submission as TrueSubmission).nonces;
      const outside = nonce >> 48n !== 0x0707n;
      return outside && !keep.accepted && keep.reason === 'duplicate_share' ? ACCEPTED : keep;
    },
  },
  'true-nonce-64-bits': {
    does: 'reads nonces as signed numbers',
    nonce1: () => new Uint8Array(0),
    verdict: (keep, submission) =>
      (submission as TrueSubmission).nonces.some((nonce) => nonce >= 1n << 63n) ? refuse('bad_nonce') : keep,
  },
  'true-nonce-zero': {
    does: 'closes the connection at the nonce "0"',
    ...onMethod('mining.submit', (message, { socket }) => {
      if ((message['params'] as unknown[])[2] !== '0') return message;
      socket.destroy();
      return undefined;
    }),
  },
  'true-nonce-collision': {
    does: 'closes the connection at the tenth duplicate',
    verdict: (keep, _submission, { memory, socket }) => {
      const before = Number(memory.get('duplicates') ?? 0);
      if (!keep.accepted && keep.reason === 'duplicate_share') memory.set('duplicates', before + 1);
      if (before === 9) socket.destroy();
      return keep;
    },
  },
  'true-nonce-forms': {
    does: 'trims the nonce, and knows a share by the text of its nonce',
    ...knowsTexts((nonce) => nonce.trim()),
  },
  'true-nonce-spellings': {
    does: 'knows a share by the text of its nonce',
    ...knowsTexts((nonce) => nonce),
  },
};
