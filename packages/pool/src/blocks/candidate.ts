/** What is kept of a found block or fruit until its fate is known. */
export interface Candidate {
  readonly chain: string;
  readonly what: 'block' | 'fruit';
  /** Block hash as explorers show it, or header hash and nonce: unique on the chain. */
  readonly id: string;
  readonly height: number | null;
  readonly worker: string;
  /** By the wall clock, for people: nothing is decided by it. */
  readonly foundAtMs: number;
  /** Zcash: the whole block. TrueChain: nonce, header hash and mix digest, comma-separated. Hex. */
  readonly payload: string;
  /**
   * TrueChain: whom the node mined for when it was found, 0x and 40 lower-case digits; two where that changed at the
   * same time. Left out where the node did not tell, and by versions that did not ask.
   */
  readonly coinbases?: readonly string[];
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
  readonly state: 'pending' | 'submitted' | 'refused';
}

/** More than a header can have been made for. */
const MAX_COINBASES = 8;

/**
 * Whether something that was read back from disk is a candidate: written by ourselves, but perhaps by a version that
 * knew fewer fields, or more.
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
