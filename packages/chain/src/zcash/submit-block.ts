import { AditError, messageOf } from '@adit/primitives';
import { backoffMs, sleepFor } from '../rpc/sleep.ts';
import { settle } from '../settle.ts';
import type { SubmitAnswer, ZcashNode } from './node.ts';

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

export interface SubmitOptions {
  /** Attempts per node. Default 5: with the back-off below about eight seconds. */
  attempts?: number;
}

export interface SubmitModules {
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 5_000;

/**
 * Hands a block to every node at once. A node that cannot be reached, or answers with an error that does not judge
 * the block, is tried again; a block is worth more than politeness. Silence is not: a node that lacks the parent
 * (Zebra) answers nothing at all until it has it, and would say nothing a second time. Whoever submits looks on
 * the chain then, and hands it in again later.
 *
 * Never rejects: every node's answer is in the outcome, but for a node that still says nothing two seconds after
 * another one has taken the block.
 * @param block serialised
 */
export async function submitToAll(
  nodes: readonly Pick<ZcashNode, 'name' | 'submitBlock'>[],
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
        return { node: node.name, answer: await node.submitBlock(block) };
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
