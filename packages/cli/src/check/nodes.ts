import { clockFault } from '@adit/pool';
import { messageOf } from '@adit/primitives';
import { type ChainConfig, familyOf } from '../config/families.ts';
import type { Fault } from '../config/faults.ts';
import type { NodeConfig } from '../config/node-keys.ts';
import { nodeSettings } from '../config/node-settings.ts';
import type { Config } from '../config/schema.ts';

export interface NodeQuestions {
  /** How long a node may take to say which network it is on. */
  readonly askMs: number;
  /** Whether nodes are also asked for advice to their operators, which may take longer. */
  readonly advice: boolean;
}

/** What the nodes answered. */
export interface NodeAnswers {
  /** Nodes of other networks. */
  readonly faults: readonly Fault[];
  /** Nodes that could not be asked. */
  readonly silent: readonly Fault[];
  /** Nodes whose clock differs from ours. */
  readonly clocks: readonly Fault[];
  readonly notes: readonly string[];
}

type Answer = { readonly [Kind in keyof NodeAnswers]?: NodeAnswers[Kind][number] };

/** Asks all nodes of a configuration at once. Never throws for a node that does not answer. */
export async function askNodes(config: Config, questions: NodeQuestions): Promise<NodeAnswers> {
  const answers = await Promise.all(
    config.chain.flatMap((chain, c) =>
      chain.nodes.map((node, n) => ask(chain, node, `chain[${c}].nodes[${n}].url`, questions)),
    ),
  );
  return {
    faults: answers.flatMap(({ faults }) => faults ?? []),
    silent: answers.flatMap(({ silent }) => silent ?? []),
    clocks: answers.flatMap(({ clocks }) => clocks ?? []),
    notes: answers.flatMap(({ notes }) => notes ?? []),
  };
}

async function ask(
  chain: ChainConfig,
  node: NodeConfig,
  key: string,
  { askMs, advice }: NodeQuestions,
): Promise<Answer> {
  const family = familyOf(chain);
  const settings = nodeSettings(node);
  const signal = AbortSignal.timeout(askMs);
  let clock: string | undefined;
  try {
    const { foreign, clockOffsetMs: aheadMs } = await family.introduce(chain, settings, signal);
    if (foreign !== undefined) return { faults: { key, message: foreign } };
    clock = aheadMs === undefined ? undefined : clockFault({ source: 'this node', aheadMs });
  } catch (error) {
    const why = signal.aborted ? `no answer within ${askMs / 1000} s` : messageOf(error);
    return { silent: { key, message: `could not ask this node which network it is on: ${why}` } };
  }
  const note = advice ? await family.advice(chain, settings) : undefined;
  return {
    ...(note === undefined ? {} : { notes: note }),
    ...(clock === undefined
      ? {}
      : { clocks: { key, message: `the clock of this machine is wrong: ${clock}` } }),
  };
}
