import type { PaidBy } from '@adit/journal';

/** A found block or fruit, as it is kept until its fate is known. */
export interface Candidate {
  readonly chain: string;
  readonly what: 'block' | 'fruit';
  /** Block hash as explorers show it, or header hash and nonce: unique on the chain. */
  readonly id: string;
  readonly height: number | null;
  readonly worker: string;
  /** Wall clock in milliseconds, for people only. */
  readonly foundAtMs: number;
  /** Zcash: the whole block. TrueChain: nonce, header hash and mix digest, comma-separated. Hex. */
  readonly payload: string;
  /**
   * TrueChain: the coinbase of the node when the candidate was found, 0x and 40 lower-case digits; two where it changed
   * at that time. Left out where the node did not tell, and by versions that did not ask.
   */
  readonly coinbases?: readonly string[];
  /** Set where the block pays its miner itself, and nothing of it is income for the books but a fee. */
  readonly paid?: PaidBy;
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
  readonly state: 'pending' | 'submitted' | 'refused';
}

/** A header has at most two; a file with more than this is damaged. */
const MAX_COINBASES = 8;

/**
 * Whether a value from disk is a candidate. The pool wrote it, but perhaps a version of the pool with fewer or more
 * fields.
 */
export function isCandidate(value: unknown): value is Candidate {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    ['chain', 'id', 'worker', 'payload'].every((key) => typeof fields[key] === 'string') &&
    (fields['what'] === 'block' || fields['what'] === 'fruit') &&
    ['pending', 'submitted', 'refused'].includes(String(fields['state'])) &&
    (fields['height'] === null || Number.isSafeInteger(fields['height'])) &&
    Number.isFinite(fields['foundAtMs']) &&
    isListOfAnswers(fields['answers']) &&
    (fields['paid'] === undefined || fields['paid'] === 'solo-block') &&
    (fields['coinbases'] === undefined || isListOfAddresses(fields['coinbases']))
  );
}

function isListOfAnswers(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => {
      const { node, answer } = (item ?? {}) as Record<string, unknown>;
      return typeof node === 'string' && typeof answer === 'string';
    })
  );
}

function isListOfAddresses(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MAX_COINBASES &&
    value.every((item) => typeof item === 'string' && /^0x[0-9a-f]{40}$/.test(item))
  );
}
