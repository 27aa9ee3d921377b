import { aliasFaults, unlikeAliases } from './alias-faults.ts';
import type { CommonPort } from './config-family.ts';
import { chainsByFamily } from './families.ts';
import type { Fault } from './faults.ts';
import { ledgerFaults } from './ledger-faults.ts';
import { listenClashes } from './listen-clashes.ts';
import { moneyFaults } from './money-faults.ts';
import { nodeClashes } from './node-clashes.ts';
import type { NodeConfig } from './node-keys.ts';
import { nonce1Contradictions } from './nonce1-rules.ts';
import type { Config } from './schema.ts';

/** Finds settings that are valid each by itself, but not together. */
export function contradictions(config: Config): Fault[] {
  return [
    ...adminFaults(config),
    ...webFaults(config),
    ...ladderFaults(config.bans),
    ...ledgerFaults(config),
    ...nonce1Contradictions(config),
    ...sameNames(config),
    ...listenClashes(config),
    ...unlikeAliases(config.chain),
    ...config.chain.flatMap((chain, c) => aliasFaults(chain, `chain[${c}]`)),
    ...config.chain.flatMap(({ ports, nodes }, c) => [
      ...ports.flatMap((port, p) => portFaults(port, `chain[${c}].ports[${p}]`)),
      ...nodes.flatMap((node, n) => nodeFaults(node, `chain[${c}].nodes[${n}]`)),
    ]),
    ...nodeClashes(config),
    ...chainsByFamily(config).flatMap(([family, chains]) => [
      ...family.faults(chains),
      ...chains.flatMap(({ chain, key }) =>
        moneyFaults(chain, key, {
          coin: family.coin(chain),
          wallets: family.wallets,
          needsRewardAddresses: family.rewardFaults !== null,
          hasPrices: family.hasPrices,
        }),
      ),
    ]),
  ];
}

/** Names must be unique: the journal, a reload and an upgrade identify chains and ports by them. */
function sameNames({ chain: chains }: Config): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, string>();
  const once = (what: string, value: string, key: string) => {
    const other = seen.get(`${what} ${value}`);
    if (other !== undefined) faults.push({ key, message: `${what} ${value} is also that of ${other}` });
    seen.set(`${what} ${value}`, key);
  };
  for (const [c, { name, ports }] of chains.entries()) {
    once('name', name, `chain[${c}].name`);
    for (const [p, port] of ports.entries())
      if (port.name !== undefined) once('port name', port.name, `chain[${c}].ports[${p}].name`);
  }
  return faults;
}

function portFaults(port: CommonPort, key: string): Fault[] {
  const faults = secretFaults(port, key);
  if ((port.tls_cert === undefined) !== (port.tls_key === undefined)) {
    faults.push({ key, message: 'expected both tls_cert and tls_key' });
  }
  const {
    min_difficulty: min = 0,
    max_difficulty: max = Number.POSITIVE_INFINITY,
    start_difficulty: start,
  } = port;
  if (min > max) {
    const message = `found ${min}, and max_difficulty is ${max}; expected min_difficulty at most as high as max_difficulty`;
    return [...faults, { key: `${key}.min_difficulty`, message }];
  }
  if (start < min || start > max) {
    const expected = `found ${start}, expected a number between min_difficulty and max_difficulty`;
    faults.push({ key: `${key}.start_difficulty`, message: expected });
  }
  return faults;
}

function nodeFaults(node: NodeConfig, key: string): Fault[] {
  const { url, cookie_file: cookie, user, password_file: password, password_env: variable } = node;
  const { username, password: secret } = new URL(url);
  if (username !== '' || secret !== '') {
    const message = 'expected no user or password in it; use user and password_file';
    return [{ key: `${key}.url`, message }];
  }
  if (cookie !== undefined && (user !== undefined || password !== undefined || variable !== undefined)) {
    return [{ key, message: 'expected either cookie_file or user and password_file' }];
  }
  const given = password ?? variable;
  return (user === undefined) === (given === undefined)
    ? secretFaults(node, key)
    : [{ key, message: 'expected both user and password_file (or password_env)' }];
}

function secretFaults(
  part: { readonly password_file?: string | undefined; readonly password_env?: string | undefined },
  key: string,
): Fault[] {
  return part.password_file !== undefined && part.password_env !== undefined
    ? [{ key, message: 'expected either password_file or password_env' }]
    : [];
}

/** These addresses serve what the outside must not read, to any request whose Host header is allowed. */
function adminFaults({ admin: { enabled, listen, allowed_hosts: hosts }, ledger }: Config): Fault[] {
  if (!enabled || hosts.length > 0) return [];
  const addresses = { 'admin.listen': listen, 'ledger.listen': ledger.listen };
  return Object.entries(addresses).flatMap(([key, address]) =>
    isLoopback(address) ? [] : [{ key, message: 'anything but loopback needs admin.allowed_hosts' }],
  );
}

/** Names that a page of another site could make up for this address (DNS rebinding) are refused, so its own must be known. */
function webFaults({ web: { listen, allowed_hosts: hosts } }: Config): Fault[] {
  if (hosts.length > 0 || isLoopback(listen)) return [];
  return [{ key: 'web.listen', message: 'anything but loopback needs web.allowed_hosts' }];
}

function isLoopback(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function ladderFaults({
  warn_at: warn,
  slow_at: slow,
  disconnect_at: disconnect,
  ban_at: ban,
}: Config['bans']): Fault[] {
  const message = `found ${[warn, slow, disconnect, ban].join(', ')}; expected warn_at, slow_at, disconnect_at and ban_at in this order, none below the one before`;
  return warn <= slow && slow <= disconnect && disconnect <= ban ? [] : [{ key: 'bans', message }];
}
