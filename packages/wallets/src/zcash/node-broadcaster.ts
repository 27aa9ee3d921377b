import type { Broadcaster } from '@adit/money';
import { AditError, encodeHex, messageOf } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import type { WitnessNode } from './node-witness.ts';

/** Ends the description of what several nodes said. */
const MOST_WORDS = 500;
/** Of several answers, the one that says most about where the bytes are. */
const BY_WEIGHT = ['taken', 'known', 'refused', 'no_answer'] as const;
/**
 * What Zebra and zcashd say where they have the transaction already. Their codes do not tell (-1 and -25 stand for refusals, too).
 * The answer steers pauses and log lines only: an error never means that the transaction was not sent.
 */
const HAS_IT =
  /already (?:exists in mempool|queued|in state|in block chain)|txn-already-(?:in-mempool|known)/i;
/** zcashd: it is in the chain. */
const IN_CHAIN = -27;

/** What the nodes said to bytes that they were handed. */
export type BroadcastVerdict = Awaited<ReturnType<Broadcaster['send']>>;

/** Hands bytes to every node of a Zcash-like chain. */
export class NodeBroadcaster implements Broadcaster {
  readonly #nodes: readonly WitnessNode[];

  /** @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(modules: { readonly nodes: readonly WitnessNode[] }) {
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'a broadcaster needs at least one node');
    this.#nodes = modules.nodes;
  }

  /** Asks all nodes; `taken` where one of them took it. The same bytes may be sent as often as one likes. */
  async send(raw: Uint8Array): Promise<BroadcastVerdict> {
    const hex = encodeHex(raw);
    const verdicts = await Promise.all(this.#nodes.map((node) => sendTo(node, hex)));
    const kind = BY_WEIGHT.find((one) => verdicts.some((verdict) => verdict.kind === one)) ?? 'no_answer';
    const why = verdicts.map((verdict) => verdict.why).join('; ');
    return { kind, why: why.slice(0, MOST_WORDS) };
  }
}

async function sendTo(node: WitnessNode, hex: string): Promise<BroadcastVerdict> {
  try {
    await node.call('sendrawtransaction', [hex]);
    return { kind: 'taken', why: `${node.name} took it` };
  } catch (error) {
    const why = messageOf(error);
    if (!(error instanceof RpcError)) return { kind: 'no_answer', why };
    const hasIt = error.rpcCode === IN_CHAIN || HAS_IT.test(error.rpcMessage);
    return { kind: hasIt ? 'known' : 'refused', why };
  }
}
