import { AditError, encodeHex, messageOf } from '@adit/primitives';
import { backoffMs, sleepFor } from '@adit/rpc';
import { settle } from '../settle.ts';
import type { ZcashNode } from './node.ts';
import type { SubmitAnswer } from './submit-answer.ts';

/** The answers of the nodes to a block. */
export interface SubmitOutcome {
  /**
   * A node has the block: it took it, had it already, or keeps it without a judgement (`inconclusive`). This does not
   * yet prove that the block is on the best chain.
   */
  accepted: boolean;
  /** No node is known to have it, but some gave no judgement: hand it in again, and look for it on the chain. */
  undecided: boolean;
  answers: { node: string; answer: SubmitAnswer | { kind: 'unreachable'; detail: string } }[];
}

/** How often to try. */
export interface SubmitOptions {
  /** Attempts for each node. Default 5, which take about eight seconds with the back-off. */
  attempts?: number;
}

/** Random numbers and sleep for the back-off; those of the machine by default. */
export interface SubmitModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 5_000;

/** A node that takes blocks. A refusal by one without `getBlockHeader` is believed at once. */
export type BlockTaker = Pick<ZcashNode, 'name' | 'submitBlock'> & Partial<Pick<ZcashNode, 'getBlockHeader'>>;

/** Offset of the parent's hash: it follows the version. */
const PARENT_AT = 4;
const HASH_BYTES = 32;

/**
 * Hands a block to every node at once, and tries again where the answer decides nothing:
 * - if the node cannot be reached, or answers with an error that does not judge the block;
 * - if the node lacks the parent, whatever it answered. A refusal counts only when the node has the parent and
 *   refuses once more;
 * - if the node answers with a word that is not known to judge a block.
 *
 * A time-out is not tried again: Zebra does not answer while it lacks the parent, and would be silent a second time.
 * The caller must then look for the block on the chain, and hand it in again later.
 *
 * Never rejects. Resolves when every node has answered, or two seconds after the first acceptance; nodes that are
 * silent until then count as `unreachable`.
 * @param block serialised
 */
export async function submitToAll(
  nodes: readonly BlockTaker[],
  block: Uint8Array,
  options: SubmitOptions = {},
  modules: SubmitModules = {},
): Promise<SubmitOutcome> {
  const attempts = options.attempts ?? 5;
  const random = modules.random ?? Math.random;
  const sleep = modules.sleep ?? sleepFor;
  const outcomes = nodes.map(async (node): Promise<SubmitOutcome['answers'][number]> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await judged(node, block);
        const isOpen = answer.kind === 'parent' || answer.kind === 'unknown';
        if (!isOpen || attempt + 1 >= attempts) return { node: node.name, answer };
        await sleep(backoffMs(attempt, RETRY_BASE_MS, RETRY_CAP_MS, random));
      } catch (error) {
        if (attempt + 1 >= attempts || isSilence(error)) {
          return { node: node.name, answer: { kind: 'unreachable', detail: messageOf(error) } };
        }
        await sleep(backoffMs(attempt, RETRY_BASE_MS, RETRY_CAP_MS, random));
      }
    }
  });
  const settled = await settle(outcomes, ({ answer }) => isTaken(answer), sleep);
  const answers = settled.map(
    (outcome, index): SubmitOutcome['answers'][number] =>
      outcome ?? {
        node: nodes[index]?.name ?? '',
        answer: { kind: 'unreachable', detail: 'no answer yet; another node has taken it' },
      },
  );
  const accepted = answers.some(({ answer }) => isTaken(answer) || isKept(answer));
  const undecided = !accepted && answers.some(({ answer }) => answer.kind !== 'rejected');
  return { accepted, undecided, answers };
}

/**
 * The answer of a node; `parent` instead of a refusal if it lacks the block's parent.
 * @throws as both calls
 */
async function judged(node: BlockTaker, block: Uint8Array): Promise<SubmitAnswer> {
  const answer = await node.submitBlock(block);
  const parent = block.slice(PARENT_AT, PARENT_AT + HASH_BYTES);
  if (answer.kind !== 'rejected' || parent.length < HASH_BYTES) return answer;
  if (node.getBlockHeader === undefined) return answer;
  const header = await node.getBlockHeader(encodeHex(parent.reverse()));
  if (header === undefined) return { kind: 'parent', raw: answer.raw };
  // The parent may have arrived between the two calls.
  return node.submitBlock(block);
}

type AnyAnswer = SubmitOutcome['answers'][number]['answer'];

/** Duplicate means that our own block came before: by an earlier attempt, or from another of the nodes. */
function isTaken({ kind }: AnyAnswer): boolean {
  return kind === 'accepted' || kind === 'duplicate';
}

/** The node has the block without judging it: on a side chain, or with ancestors that are still missing. */
function isKept({ kind }: AnyAnswer): boolean {
  return kind === 'inconclusive' || kind === 'duplicate-inconclusive';
}

function isSilence(error: unknown): boolean {
  return error instanceof AditError && error.code === 'ADIT_RPC_TIMEOUT';
}
