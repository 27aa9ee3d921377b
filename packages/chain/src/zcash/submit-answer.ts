/**
 * The answer of a node to a block. `accepted` does not prove that the block is on the best chain: a side-chain block is
 * accepted too. `parent` means that the node lacks the block before it, or has not chosen it, and therefore cannot
 * judge. `unknown` is a word that no node is known to use: it is no judgement. `raw` is the node's own answer, null for
 * plain acceptance.
 */
export interface SubmitAnswer {
  kind:
    | 'accepted'
    | 'duplicate'
    | 'duplicate-inconclusive'
    | 'inconclusive'
    | 'parent'
    | 'rejected'
    | 'unknown';
  raw: string | null;
}

/** The node's word for a block that it has, or keeps, and no judgement of the block's rules. */
const KEPT: ReadonlySet<string> = new Set(['duplicate', 'duplicate-inconclusive', 'inconclusive']);

/**
 * Refusals, in the words of BIP 22 and 23 and of later nodes, that are about the parent. A node that was killed lacks
 * the parent for some seconds, and would take the block after that.
 */
const ABOUT_PARENT: ReadonlySet<string> = new Set([
  'bad-prevblk',
  'stale-prevblk',
  'prev-blk-not-found',
  'inconclusive-not-best-prevblk',
  'stale-work',
  'unknown-work',
]);

/** Refusals of the block itself: Zebra's only word, those of BIP 22 and 23, and those of zcashd that do not begin as below. */
const REFUSALS: ReadonlySet<string> = new Set([
  'rejected',
  'duplicate-invalid',
  'high-hash',
  'invalid-solution',
  'time-invalid',
  'time-too-old',
  'time-too-new',
  'version-too-low',
]);

/** zcashd and its forks name a broken rule with this in front, such as `bad-txnmrklroot`, and there are more than a hundred. */
const BROKEN_RULE = /^bad-[a-z0-9]/;

/**
 * Reads the text with which a node answers `submitblock`. Only words that are known to judge a block refuse it: a found
 * block that is given up for a sentence such as "try again later" is lost.
 */
export function readSubmitAnswer(raw: string): SubmitAnswer {
  if (isKept(raw)) return { kind: raw, raw };
  if (ABOUT_PARENT.has(raw)) return { kind: 'parent', raw };
  return { kind: REFUSALS.has(raw) || BROKEN_RULE.test(raw) ? 'rejected' : 'unknown', raw };
}

/** Reads the message of an error whose code judges the block. */
export function readSubmitError(message: string): SubmitAnswer {
  return { kind: ABOUT_PARENT.has(message) ? 'parent' : 'rejected', raw: message };
}

function isKept(raw: string): raw is 'duplicate' | 'duplicate-inconclusive' | 'inconclusive' {
  return KEPT.has(raw);
}
