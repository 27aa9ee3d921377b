import { nonce1BytesOf, portName } from './port-facts.ts';
import type { Config, PortConfig } from './schema.ts';

interface NamedPort {
  readonly name: string;
  readonly port: PortConfig;
}

/** Values so short can be guessed. */
const SHORT_NONCE1 = 2;

/**
 * What ports of one network must have in common, whatever their chains are called: they share the nonces, so that no
 * two miners may search the same ones, and a hash must not be worth one thing on this port and another thing on that.
 * One line for each fault, with the names of the ports.
 */
export function nonce1Contradictions(config: Config): string[] {
  const faults: string[] = [];
  for (const [network, ports] of portsByNetwork(config)) {
    const zcash = ports.filter(({ port }) => port.dialect === 'zcash');
    const trailing = zcash.filter(({ port }) => port.nonce_layout === 'trailing');
    const leading = zcash.filter(({ port }) => port.nonce_layout === 'leading');
    if (trailing.length > 0 && leading.length > 0) {
      faults.push(
        `chain: expected one nonce_layout on all ports of ${network}: ${namesOf(leading)} leading, ${namesOf(trailing)} trailing`,
      );
    }
    if (new Set(trailing.map(({ port }) => nonce1BytesOf(port))).size > 1) {
      const found = listed(trailing, (port) => nonce1BytesOf(port));
      faults.push(`chain: expected one nonce1_bytes on all trailing ports of ${network}: ${found}`);
    }
    const short = ports.filter(({ port }) => nonce1BytesOf(port) > 0 && nonce1BytesOf(port) <= SHORT_NONCE1);
    if (new Set(short.map(({ port }) => port.start_difficulty)).size > 1) {
      const found = listed(short, (port) => port.start_difficulty);
      faults.push(
        `chain: expected one start_difficulty on all ports of ${network} with a nonce1 of 1 or 2 bytes: ${found}`,
      );
    }
  }
  return faults;
}

/**
 * Where nonces of two configurations would overlap, though each has its own by itself: both processes serve miners
 * while an upgrade lasts, and their work goes on for an hour. One line for each network.
 */
export function nonce1Overlaps(before: Config, after: Config): string[] {
  const [olds, nows] = [portsByNetwork(before), portsByNetwork(after)];
  return [...olds].flatMap(([network, ports]) => {
    const [old, now] = [layoutOf(ports), layoutOf(nows.get(network) ?? [])];
    if (old === undefined || now === undefined || old === now) return [];
    return [`nonce1 of ${network} was ${old} and is ${now} in the file`];
  });
}

/** One for all ports of a network, or the configuration would have been refused. */
function layoutOf(ports: readonly NamedPort[]): string | undefined {
  const port = ports.find((one) => one.port.dialect === 'zcash')?.port;
  if (port === undefined) return undefined;
  return port.nonce_layout === 'trailing' ? `trailing with ${nonce1BytesOf(port)} bytes` : 'leading';
}

function portsByNetwork(config: Config): Map<string, NamedPort[]> {
  const networks = new Map<string, NamedPort[]>();
  for (const chain of config.chain) {
    const ports = chain.ports.map((port) => ({ name: portName(chain, port), port }));
    networks.set(chain.network, [...(networks.get(chain.network) ?? []), ...ports]);
  }
  return networks;
}

function namesOf(ports: readonly NamedPort[]): string {
  return ports.map(({ name }) => name).join(', ');
}

function listed(ports: readonly NamedPort[], fact: (port: PortConfig) => number): string {
  return ports.map(({ name, port }) => `${name} ${fact(port)}`).join(', ');
}
