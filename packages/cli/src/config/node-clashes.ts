import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';

interface NamedNode {
  readonly chain: string;
  readonly network: string;
  readonly key: string;
  readonly place: string;
}

/**
 * Finds nodes that are named twice on one network. Within a chain such a node would have two votes in the majority of
 * nodes. In two chains the pool would mine for it twice, under two names in the journal.
 */
export function nodeClashes({ chain: chains }: Config): Fault[] {
  const nodes = chains.flatMap(({ name, network, nodes }, c) =>
    nodes.map(
      ({ url }, n): NamedNode => ({
        chain: name,
        network,
        key: `chain[${c}].nodes[${n}].url`,
        place: placeOf(url),
      }),
    ),
  );
  return nodes.flatMap((node, i) => {
    const other = nodes
      .slice(0, i)
      .find(({ network, place }) => network === node.network && place === node.place);
    if (other === undefined) return [];
    const expected =
      other.chain === node.chain
        ? 'expected each node once'
        : `expected one [[chain]] of ${node.network} with the ports of both "${other.chain}" and "${node.chain}"`;
    return [{ key: node.key, message: `found ${node.place}, which is also ${other.key}; ${expected}` }];
  });
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address of a node, in one spelling and without a password. */
function placeOf(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  const host = LOOPBACK.has(hostname) ? '127.0.0.1' : hostname;
  const usual = protocol === 'https:' ? '443' : '80';
  return `${host}:${port === '' ? usual : port}${pathname.replace(/\/$/, '')}`;
}
