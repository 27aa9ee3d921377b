import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf, whyNotPrivate } from '@adit/primitives';
import { configError, type Fault, keyOf } from './faults.ts';
import type { Config } from './schema.ts';
import { KIND_OF_KEY } from './value-kinds.ts';
import type { Holds } from './values.ts';
import { whyUnreadable } from './why-unreadable.ts';

type Path = readonly PropertyKey[];

/**
 * Refuses a configuration whose files cannot be used. All faults come at once, each with its line.
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function requireFiles(file: string, config: Config): void {
  const faults = fileFaults(config);
  if (faults.length > 0) throw configError(file, faults);
}

/**
 * Finds the secrets and certificates of a configuration that cannot be used, in files and in the environment. Cookie
 * files are not among them: a node may write its cookie after the pool has started.
 */
function fileFaults(config: Config, environment: NodeJS.ProcessEnv = process.env): Fault[] {
  return partFaults(config, [], environment);
}

function partFaults(part: object, path: Path, environment: NodeJS.ProcessEnv): Fault[] {
  const faults = Object.entries(part).flatMap(([name, value]): Fault[] => {
    const here = [...path, Array.isArray(part) ? Number(name) : name];
    if (typeof value === 'object' && value !== null) return partFaults(value, here, environment);
    const kind = typeof value === 'string' && !Array.isArray(part) ? KIND_OF_KEY.get(name) : undefined;
    const message = kind === undefined ? undefined : LOOKS[kind]?.(value, environment);
    return message === undefined ? [] : [{ key: keyOf(here), message }];
  });
  return faults.length > 0 ? faults : pairFaults(part, path);
}

/** What is wrong with a value of each kind; kinds without an entry are looked at elsewhere. */
const LOOKS: Partial<Record<Holds, (value: string, environment: NodeJS.ProcessEnv) => string | undefined>> = {
  variable: (name, environment) =>
    (environment[name] ?? '') === ''
      ? `found no environment variable ${name}, expected one with the password`
      : undefined,
  secret: (file) => unreadable(file) ?? openToOthers(file) ?? empty(file, 'a secret'),
  key: (file) =>
    unreadable(file) ??
    openToOthers(file) ??
    empty(file, 'a key') ??
    refused(file, 'the key of a certificate in PEM', () => createSecureContext({ key: readFileSync(file) })),
  certificate: (file) =>
    unreadable(file) ??
    empty(file, 'a certificate') ??
    refused(file, 'a certificate chain in PEM', () => createSecureContext({ cert: readFileSync(file) })),
};

/** A certificate and a key that are right each by itself, and do not belong together. */
function pairFaults(part: object, path: Path): Fault[] {
  const { tls_cert: cert, tls_key: key } = part as Readonly<Record<string, unknown>>;
  if (typeof cert !== 'string' || typeof key !== 'string') return [];
  const message = refused(key, `the key of the certificate ${cert}`, () =>
    createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) }),
  );
  return message === undefined ? [] : [{ key: keyOf([...path, 'tls_key']), message }];
}

function unreadable(file: string): string | undefined {
  try {
    readFileSync(file);
    return undefined;
  } catch (error) {
    return whyUnreadable(file, error);
  }
}

function openToOthers(file: string): string | undefined {
  const stat = statSync(file);
  // Pipes and devices (as of a shell's <(...)) are not read by others.
  const open = stat.isFile() ? whyNotPrivate(file, stat, process) : undefined;
  if (open === undefined) return undefined;
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  return `found ${file} with mode ${mode}, expected a private file: ${open}`;
}

function empty(file: string, what: string): string | undefined {
  const stat = statSync(file);
  if (!stat.isFile() || readFileSync(file, 'utf8').trim() !== '') return undefined;
  return `found nothing in ${file}, expected ${what}`;
}

function refused(file: string, expected: string, read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return `found ${file}, expected ${expected} (${messageOf(error)})`;
  }
}
