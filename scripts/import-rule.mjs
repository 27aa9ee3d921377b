// The import rule between rooms: a room imports only from the rooms in its list below, and an outside package only if the
// package.json of the room names it.
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';

/** The rooms that each room may import, lowest floor first: the table in docs/architecture.md. */
export const ALLOWED = {
  primitives: [],
  pow: ['primitives'],
  stratum: ['primitives'],
  journal: ['primitives'],
  money: ['primitives'],
  rpc: ['primitives'],
  wallets: ['primitives', 'money', 'rpc'],
  ledger: ['primitives', 'journal', 'money'],
  stats: ['primitives', 'journal'],
  net: ['primitives', 'stratum'],
  wire: ['primitives', 'stratum'],
  chain: ['primitives', 'pow', 'rpc'],
  devnet: ['primitives', 'pow', 'rpc', 'wallets', 'chain'],
  pool: ['primitives', 'pow', 'stratum', 'journal', 'net', 'chain'],
  miner: ['primitives', 'pow', 'stratum', 'net'],
  conformance: ['primitives', 'pow', 'stratum', 'net', 'wire'],
  tap: ['primitives', 'stratum', 'net', 'wire'],
  api: ['primitives', 'stratum', 'journal', 'money', 'ledger', 'pool', 'stats'],
  cli: [
    'primitives',
    'pow',
    'stratum',
    'journal',
    'money',
    'rpc',
    'wallets',
    'ledger',
    'stats',
    'net',
    'wire',
    'chain',
    'devnet',
    'pool',
    'miner',
    'conformance',
    'tap',
    'api',
  ],
};

/** Folders whose code must load in a browser, and so must not import `node:` modules. */
const BROWSER_SAFE = [
  /^packages\/primitives\/src\//,
  /^packages\/money\/src\//,
  /^packages\/stratum\/src\//,
  /^packages\/pow\/src\/(?!threads\/)/,
  /^packages\/dashboard\/src\//,
];

/** The room of the pages, which is private, imports no other room, and has a row in no table. */
const PAGES = 'dashboard';

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

/**
 * Finds every import that breaks the rule.
 * @returns one line for each
 * @param {string} root the checkout
 * @param {(file: string) => string} [read] for tests: how a file is read
 */
export function findImportFaults(root, read = (file) => readFileSync(path.join(root, file), 'utf8')) {
  const faults = [];
  for (const file of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).sort()) {
    const room = file.split(path.sep)[1];
    const manifest = JSON.parse(read(path.join('packages', room, 'package.json')));
    // What only tests use may use everything, and is never built.
    if (manifest.private === true && room !== PAGES) continue;
    for (const specifier of importsOf(read(file))) {
      const fault = judge(room, file, specifier, manifest);
      if (fault !== undefined) faults.push(`${file}: ${fault}`);
    }
  }
  return faults;
}

/** @returns what a source imports, types included, as it is spelled @param {string} text */
export function importsOf(text) {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2]);
}

function judge(room, file, specifier, manifest) {
  if (specifier.startsWith('.')) {
    const target = path.normalize(path.join(path.dirname(file), specifier));
    return target.startsWith(path.join('packages', room) + path.sep)
      ? undefined
      : `reaches out of its room: ${specifier}`;
  }
  if (specifier.startsWith('#')) return undefined;
  if (isBuiltin(specifier)) {
    return BROWSER_SAFE.some((pattern) => pattern.test(file.split(path.sep).join('/')))
      ? `${specifier} does not exist in a browser`
      : undefined;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const other = name === 'adit' ? 'cli' : name.startsWith('@adit/') ? name.slice('@adit/'.length) : undefined;
  if (other !== undefined && !ALLOWED[room]?.includes(other)) return `${room} may not import ${name}`;
  // What the pages need is built into them.
  return room !== PAGES && manifest.dependencies?.[name] === undefined
    ? `${name} is not among the room's dependencies`
    : undefined;
}
