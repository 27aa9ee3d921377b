import type { Broadcaster } from '@adit/money';
import { encodeHex, messageOf } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import type { BroadcastVerdict } from '../zcash/node-broadcaster.ts';
import { neededNodes, type TrueNode } from './true-node.ts';

/** Ends the description of what several nodes said. */
const MOST_WORDS = 500;
/** Of several answers, the one that says most about where the bytes are. */
const BY_WEIGHT = ['taken', 'known', 'refused', 'no_answer'] as const;
/**
 * What getrue says where it has the transaction, or one that used its nonce. All errors of it have one code. The answer steers log lines
 * only: an error never means that the transaction was not sent.
 */
const HAS_IT = /^(?:known transaction|nonce too low)/i;

/** Hands signed payments to every node of TrueChain. */
export class TrueBroadcaster implements Broadcaster {
  readonly #nodes: readonly TrueNode[];

  /** @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(modules: { readonly nodes: readonly TrueNode[] }) {
    neededNodes(modules.nodes);
    this.#nodes = modules.nodes;
  }

  /** Asks all nodes; `taken` where one of them took it. The same bytes may be sent as often as one likes. */
  async send(raw: Uint8Array): Promise<BroadcastVerdict> {
    const hex = `0x${encodeHex(raw)}`;
    const verdicts = await Promise.all(this.#nodes.map((node) => sendTo(node, hex)));
    const kind = BY_WEIGHT.find((one) => verdicts.some((verdict) => verdict.kind === one)) ?? 'no_answer';
    const why = verdicts.map((verdict) => verdict.why).join('; ');
    return { kind, why: why.slice(0, MOST_WORDS) };
  }
}

async function sendTo(node: TrueNode, hex: string): Promise<BroadcastVerdict> {
  try {
    await node.call('etrue_sendRawTransaction', [hex], { retry: false });
    return { kind: 'taken', why: `${node.name} took it` };
  } catch (error) {
    const why = messageOf(error);
    if (!(error instanceof RpcError)) return { kind: 'no_answer', why };
    return { kind: HAS_IT.test(error.rpcMessage) ? 'known' : 'refused', why };
  }
}
