import type { Config, NodeConfig, PortConfig } from './schema.ts';

/** What each part alone allows and the whole does not: one line for each, beginning with the key. */
export function contradictions(config: Config): string[] {
  const faults: string[] = [];
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
      faults.push(...nonce1Faults(port, key));
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
  return faults;
}

function nodeFaults(node: NodeConfig, key: string): string[] {
  const { url, cookie_file: cookie, user, password_file: password } = node;
  const { username, password: secret } = new URL(url);
  if (username !== '' || secret !== '') {
    return [`${key}.url: expected no user or password in it; use user and password_file`];
  }
  if (cookie !== undefined && (user !== undefined || password !== undefined)) {
    return [`${key}: expected either cookie_file or user and password_file`];
  }
  return (user === undefined) === (password === undefined)
    ? []
    : [`${key}: expected both user and password_file`];
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
