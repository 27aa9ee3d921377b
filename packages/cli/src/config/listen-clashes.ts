import { isIPv6 } from 'node:net';
import type { Fault } from './faults.ts';
import { hostAndPort } from './port-options.ts';
import type { Config } from './schema.ts';

/** An address that the pool wants to listen on. */
export interface WantedAddress {
  readonly key: string;
  readonly listen: string;
}

/** All addresses of the pool, the admin address last. */
export function wantedAddresses({ chain: chains, admin }: Config): WantedAddress[] {
  const ports = chains.flatMap(({ ports }, c) =>
    ports.map(({ listen }, p) => ({ key: `chain[${c}].ports[${p}].listen`, listen })),
  );
  return admin.enabled ? [...ports, { key: 'admin.listen', listen: admin.listen }] : ports;
}

/** All addresses of pool, ledger and web. */
function allAddresses(config: Config): WantedAddress[] {
  const { admin, ledger, web, chain: chains } = config;
  const hasLedger = ledger.run !== 'off' && chains.some(({ money }) => money !== undefined);
  const wanted = [...wantedAddresses(config), { key: 'web.listen', listen: web.listen }];
  return hasLedger && admin.enabled ? [...wanted, { key: 'ledger.listen', listen: ledger.listen }] : wanted;
}

/** Finds two addresses of which only one can be opened: equal ones, or one that takes its port on all addresses. */
export function listenClashes(config: Config): Fault[] {
  const taken: WantedAddress[] = [];
  const faults: Fault[] = [];
  for (const wanted of allAddresses(config)) {
    const other = taken.find(({ listen }) => clash(listen, wanted.listen));
    taken.push(wanted);
    if (other === undefined) continue;
    faults.push({
      key: wanted.key,
      message: `found ${wanted.listen}, and ${other.key} is ${other.listen}, which takes the same port; expected another port, or two different addresses`,
    });
  }
  return faults;
}

/** Whether only one of two addresses can be opened at a time. */
export function clash(one: string, other: string): boolean {
  const [a, b] = [hostAndPort(one), hostAndPort(other)];
  // Port 0 means any free port.
  if (a.port !== b.port || a.port === 0) return false;
  const [host, otherHost] = [normal(a.host), normal(b.host)];
  return host === otherHost || takes(host, otherHost) || takes(otherHost, host);
}

/** `::` includes IPv4. The address of a host name is not known until the port is opened. */
function takes(host: string, other: string): boolean {
  if (host === '::') return true;
  return host === '0.0.0.0' && (/^[\d.]+$/.test(other) || other === 'localhost');
}

/** One spelling for each host. */
function normal(host: string): string {
  if (isIPv6(host)) return new URL(`http://[${host}]`).hostname.slice(1, -1);
  return host.toLowerCase().replace(/\.$/, '');
}
