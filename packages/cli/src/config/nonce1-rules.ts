import type { Nonce1Use } from './config-family.ts';
import { familyOf } from './families.ts';
import type { Fault } from './faults.ts';
import { portName } from './port-options.ts';
import type { Config } from './schema.ts';

interface NamedPort extends Nonce1Use {
  readonly name: string;
  readonly difficulty: number;
}

/** A nonce1 of this many bytes or fewer can be guessed. */
const SHORT_NONCE1 = 2;

/**
 * Checks what ports of one network must have in common, even if they belong to several chains. They share the nonces,
 * so two miners must not search the same ones, and a hash must be worth the same on all ports. The messages name the
 * ports.
 */
export function nonce1Contradictions(config: Config): Fault[] {
  const faults: Fault[] = [];
  const expected = (message: string) => faults.push({ key: 'chain', message: `expected one ${message}` });
  for (const [network, ports] of portsByNetwork(config)) {
    const trailing = ports.filter(({ layout }) => layout === 'trailing');
    const leading = ports.filter(({ layout }) => layout === 'leading');
    if (trailing.length > 0 && leading.length > 0) {
      expected(
        `nonce_layout on all ports of ${network}: ${namesOf(leading)} leading, ${namesOf(trailing)} trailing`,
      );
    }
    if (new Set(trailing.map(({ bytes }) => bytes)).size > 1) {
      const found = listed(trailing, ({ bytes }) => bytes);
      expected(`nonce1_bytes on all trailing ports of ${network}: ${found}`);
    }
    const short = ports.filter(({ bytes }) => bytes > 0 && bytes <= SHORT_NONCE1);
    if (new Set(short.map(({ difficulty }) => difficulty)).size > 1) {
      const found = listed(short, ({ difficulty }) => difficulty);
      expected(`start_difficulty on all ports of ${network} with a nonce1 of 1 or 2 bytes: ${found}`);
    }
  }
  return faults;
}

/**
 * Finds networks on which nonces of the old and the new configuration would overlap: during an upgrade both processes
 * serve miners, and their work lives for an hour. One line for each network.
 */
export function nonce1Overlaps(before: Config, after: Config): string[] {
  const [olds, nows] = [portsByNetwork(before), portsByNetwork(after)];
  return [...olds].flatMap(([network, ports]) => {
    const [old, now] = [layoutOf(ports), layoutOf(nows.get(network) ?? [])];
    if (old === undefined || now === undefined || old === now) return [];
    return [`nonce1 of ${network} was ${old} and is ${now} in the file`];
  });
}

/** All ports of a network have the same layout, or the configuration would have been refused. */
function layoutOf(ports: readonly NamedPort[]): string | undefined {
  const port = ports.find(({ layout }) => layout !== undefined);
  return port?.layout === 'trailing' ? `trailing with ${port.bytes} bytes` : port?.layout;
}

function portsByNetwork(config: Config): Map<string, NamedPort[]> {
  const networks = new Map<string, NamedPort[]>();
  for (const chain of config.chain) {
    const ports = chain.ports.map((port) => ({
      name: portName(chain, port),
      difficulty: port.start_difficulty,
      ...familyOf(chain).nonce1Of(port),
    }));
    networks.set(chain.network, [...(networks.get(chain.network) ?? []), ...ports]);
  }
  return networks;
}

function namesOf(ports: readonly NamedPort[]): string {
  return ports.map(({ name }) => name).join(', ');
}

function listed(ports: readonly NamedPort[], fact: (port: NamedPort) => number): string {
  return ports.map((port) => `${port.name} ${fact(port)}`).join(', ');
}
