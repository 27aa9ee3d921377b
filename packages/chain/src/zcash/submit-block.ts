import { AditError, encodeHex, messageOf } from '@adit/primitives';
import { backoffMs, sleepFor } from '@adit/rpc';
import { settle } from '../settle.ts';
import type { SubmitAnswer, ZcashNode } from './node.ts';

/** What the nodes said to a block. */
export interface SubmitOutcome {
  /**
   * Some node has it: it took it, had it already, or keeps it without a judgement (`inconclusive`). Not yet proof of
   * being on the best chain.
   */
  accepted: boolean;
  /** No node is known to have it, but some left its fate open: it is to be tried again, and the chain looked at. */
  undecided: boolean;
  answers: { node: string; answer: SubmitAnswer | { kind: 'unreachable'; detail: string } }[];
}

/** How hard it is tried to hand a block in. */
export interface SubmitOptions {
  /** Attempts per node. Default 5: with the back-off below about eight seconds. */
  attempts?: number;
}

/** Chance and time of the back-off; the machine's where left out. */
export interface SubmitModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 5_000;

/** What takes blocks. Without headers its refusals are believed at once. */
export type BlockTaker = Pick<ZcashNode, 'name' | 'submitBlock'> & Partial<Pick<ZcashNode, 'getBlockHeader'>>;

/** The parent's hash lies behind the version. */
const PARENT_AT = 4;
const HASH_BYTES = 32;

/**
 * Hands a block to every node at once. A node that cannot be reached, or answers with an error that does not judge
 * the block, is tried again; a block is worth more than politeness. So is one that lacks the parent, whatever it said:
 * it cannot know. A refusal counts where the node has the parent, and refuses once more now that it has it. Silence is not: a node that lacks the parent
 * (Zebra) answers nothing at all until it has it, and would say nothing a second time. Whoever submits looks on
 * the chain then, and hands it in again later.
 *
 * Never rejects: every node's answer is in the outcome, but for a node that still says nothing two seconds after
 * another one has taken the block.
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
        if (answer.kind !== 'parent' || attempt + 1 >= attempts) return { node: node.name, answer };
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

/** The answer of a node; `parent` instead of a refusal where it does not have the block before. @throws as both calls */
async function judged(node: BlockTaker, block: Uint8Array): Promise<SubmitAnswer> {
  const answer = await node.submitBlock(block);
  const parent = block.slice(PARENT_AT, PARENT_AT + HASH_BYTES);
  if (answer.kind !== 'rejected' || parent.length < HASH_BYTES) return answer;
  if (node.getBlockHeader === undefined) return answer;
  const header = await node.getBlockHeader(encodeHex(parent.reverse()));
  if (header === undefined) return { kind: 'parent', raw: answer.raw };
  // It may have come in between.
  return node.submitBlock(block);
}

type AnyAnswer = SubmitOutcome['answers'][number]['answer'];

/** A duplicate is our own block come back: from a retry, or relayed by another of the nodes. */
function isTaken({ kind }: AnyAnswer): boolean {
  return kind === 'accepted' || kind === 'duplicate';
}

/** It has the block, and does not say what it thinks of it: on a side chain, or with ancestors still to come. */
function isKept({ kind }: AnyAnswer): boolean {
  return kind === 'inconclusive' || kind === 'duplicate-inconclusive';
}

function isSilence(error: unknown): boolean {
  return error instanceof AditError && error.code === 'ADIT_RPC_TIMEOUT';
}
