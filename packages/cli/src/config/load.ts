import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { parse, TomlError } from 'smol-toml';
import { type Config, configSchema } from './schema.ts';

/**
 * Reads and checks a configuration file. Relative paths in it are meant from the file's folder.
 *
 * @throws AditError `ADIT_BAD_CONFIG`: one line for each fault, with the file, the line or key, and what
 *   was expected
 */
export function loadConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = missing ? 'there is no such file; `adit init zcash` writes one' : messageOf(error);
    throw bad([`${file}: ${hint}`], error);
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    const where = error instanceof TomlError ? `:${error.line}:${error.column}` : '';
    throw bad([`${file}${where}: ${messageOf(error).split('\n')[0]}`], error);
  }
  const result = configSchema.safeParse(raw);
  if (!result.success) {
    throw bad(result.error.issues.map((issue) => `${file}: ${keyOf(issue.path)}: ${issue.message}`));
  }
  const faults = contradictions(result.data);
  if (faults.length > 0) throw bad(faults.map((fault) => `${file}: ${fault}`));
  const folder = path.dirname(path.resolve(file));
  return withPaths(result.data, (name) => path.resolve(folder, name));
}

/** A secret from a file that nobody else may read. @throws AditError `ADIT_SECRET_FILE` */
export function readSecret(file: string): string {
  try {
    // 0o077: what the group and the others may do.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new AditError('ADIT_SECRET_FILE', `${file} can be read by others: run chmod 600 ${file}`);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof AditError) throw error;
    throw new AditError('ADIT_SECRET_FILE', `the secret cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** What each part alone allows and the whole does not. */
function contradictions(config: Config): string[] {
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
      once('address', port.listen, `${key}.listen`);
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
      if (node.cookie_file !== undefined && node.user !== undefined) {
        faults.push(`chain[${c}].nodes[${n}]: expected either cookie_file or user and password_file`);
      }
    }
  }
  return faults;
}

function nonce1Faults(port: Config['chain'][number]['ports'][number], key: string): string[] {
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

function withPaths(config: Config, resolve: (name: string) => string): Config {
  const files = <T extends { password_file?: string | undefined; cookie_file?: string | undefined }>(
    part: T,
  ): T => ({
    ...part,
    ...(part.password_file === undefined ? {} : { password_file: resolve(part.password_file) }),
    ...(part.cookie_file === undefined ? {} : { cookie_file: resolve(part.cookie_file) }),
  });
  return {
    ...config,
    data: resolve(config.data),
    chain: config.chain.map((chain) => ({
      ...chain,
      nodes: chain.nodes.map(files),
      ports: chain.ports.map(files),
    })),
  };
}

/** chain[0].ports[1].listen */
function keyOf(keys: readonly PropertyKey[]): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

function bad(faults: readonly string[], cause?: unknown): AditError {
  return new AditError('ADIT_BAD_CONFIG', faults.join('\n'), { cause });
}
