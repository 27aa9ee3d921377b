import { nonce1Contradictions } from './nonce1-rules.ts';
import type { Config, NodeConfig, PortConfig } from './schema.ts';
import { truePortFaults } from './true-ports.ts';

/** What each part alone allows and the whole does not: one line for each, beginning with the key. */
export function contradictions(config: Config): string[] {
  const faults: string[] = [
    ...adminFaults(config.admin),
    ...ladderFaults(config.bans),
    ...nonce1Contradictions(config),
  ];
  const seen = new Map<string, string>();
  const once = (what: string, value: string, key: string) => {
    const other = seen.get(`${what} ${value}`);
    if (other !== undefined) faults.push(`${key}: ${what} ${value} is also that of ${other}`);
    seen.set(`${what} ${value}`, key);
  };
  for (const [c, chain] of config.chain.entries()) {
    const dialect = chain.network === 'truechain' ? 'truestratum' : 'zcash';
    once('name', chain.name, `chain[${c}].name`);
    for (const [p, port] of chain.ports.entries()) {
      const key = `chain[${c}].ports[${p}]`;
      // Port 0 is any free one.
      if (!port.listen.endsWith(':0')) once('address', port.listen, `${key}.listen`);
      if (port.name !== undefined) once('port name', port.name, `${key}.name`);
      if (port.dialect !== dialect) {
        faults.push(`${key}.dialect: expected "${dialect}", the dialect of ${chain.network}`);
      }
      faults.push(...nonce1Faults(port, key), ...secretFaults(port, key));
      if ((port.tls_cert === undefined) !== (port.tls_key === undefined)) {
        faults.push(`${key}: expected both tls_cert and tls_key`);
      }
      const {
        min_difficulty: min = 0,
        max_difficulty: max = Number.POSITIVE_INFINITY,
        start_difficulty: start,
      } = port;
      if (start < min || start > max) {
        faults.push(`${key}.start_difficulty: expected a number between min_difficulty and max_difficulty`);
      }
    }
    for (const [n, node] of chain.nodes.entries()) {
      faults.push(...nodeFaults(node, `chain[${c}].nodes[${n}]`));
    }
  }
  faults.push(...truePortFaults(config));
  return faults;
}

function nodeFaults(node: NodeConfig, key: string): string[] {
  const { url, cookie_file: cookie, user, password_file: password, password_env: variable } = node;
  const { username, password: secret } = new URL(url);
  if (username !== '' || secret !== '') {
    return [`${key}.url: expected no user or password in it; use user and password_file`];
  }
  if (cookie !== undefined && (user !== undefined || password !== undefined || variable !== undefined)) {
    return [`${key}: expected either cookie_file or user and password_file`];
  }
  const given = password ?? variable;
  return (user === undefined) === (given === undefined)
    ? secretFaults(node, key)
    : [`${key}: expected both user and password_file (or password_env)`];
}

function secretFaults(
  part: { readonly password_file?: string | undefined; readonly password_env?: string | undefined },
  key: string,
): string[] {
  return part.password_file !== undefined && part.password_env !== undefined
    ? [`${key}: expected either password_file or password_env`]
    : [];
}

/** The admin address serves what nobody outside should read, to whoever names a host that is allowed. */
function adminFaults({ enabled, listen, allowed_hosts: hosts }: Config['admin']): string[] {
  const host = listen.slice(0, listen.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  return enabled && !loopback && hosts.length === 0
    ? ['admin.listen: anything but loopback needs admin.allowed_hosts']
    : [];
}

function ladderFaults({
  warn_at: warn,
  slow_at: slow,
  disconnect_at: disconnect,
  ban_at: ban,
}: Config['bans']): string[] {
  return warn <= slow && slow <= disconnect && disconnect <= ban
    ? []
    : ['bans: expected warn_at, slow_at, disconnect_at and ban_at in this order, none below the one before'];
}

function nonce1Faults(port: PortConfig, key: string): string[] {
  const { nonce1_bytes: bytes, dialect, for_proxies: forProxies } = port;
  if (bytes === undefined) return [];
  if (dialect === 'truestratum') {
    return bytes <= 3 ? [] : [`${key}.nonce1_bytes: expected 0 to 3 for truestratum`];
  }
  if (bytes === 0) return [`${key}.nonce1_bytes: expected 1 to 17 for zcash`];
  if (bytes <= 2 && !forProxies) {
    return [`${key}.nonce1_bytes: 1 and 2 are for proxies only; set for_proxies = true, or take 3 to 17`];
  }
  return [];
}
