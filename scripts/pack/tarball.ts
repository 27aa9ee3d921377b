/** The parts of a package.json that say what a package must hold. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly main?: string;
  readonly types?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly bin?: Readonly<Record<string, string>>;
  readonly sideEffects?: boolean | readonly string[];
  readonly keywords?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A packed package, as it lies on the disk. */
export interface Tarball {
  readonly room: string;
  readonly file: string;
  readonly bytes: number;
  /** Paths inside of it, without the leading `package/`. */
  readonly entries: readonly string[];
  readonly manifest: Manifest;
}

/** Every package has these. */
const NEEDED = ['package.json', 'README.md', 'LICENSE'];
/** Sources, tests and what the compiler keeps are of no use to anybody who installs a package. */
const UNWANTED =
  /^(?:src|test|assembly|scripts|node_modules)\/|\.(?:tgz|map|tsbuildinfo|test\.js)$|^tsconfig/;
/** Only the rooms of a checkout find each other by this condition; its files are not packed. */
const SOURCE_CONDITION = 'adit-source';

/** Fields that a registry shows and that only the owner of a public home of the project can fill. */
export const PUBLIC_FIELDS = ['repository', 'homepage', 'bugs'] as const;

/** @returns one sentence for everything that is wrong with a tarball @param mostKib see `MOST_KIB` */
export function faultsOf({ manifest, entries, bytes }: Tarball, mostKib: number | undefined): string[] {
  const faults: string[] = [];
  const has = new Set(entries);
  for (const needed of NEEDED) if (!has.has(needed)) faults.push(`${needed} is missing`);
  for (const target of targetsOf(manifest)) {
    if (!has.has(target)) faults.push(`package.json names ${target}, which is not packed`);
  }
  for (const entry of entries)
    if (UNWANTED.test(entry)) faults.push(`${entry} does not belong into a package`);
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) faults.push(`${name} is not pinned: ${version}`);
    if (name.startsWith('@adit/') && version !== manifest.version)
      faults.push(`${name} has another version: ${version}`);
  }
  if ((manifest.keywords ?? []).length === 0) faults.push('package.json has no keywords');
  if (manifest.scripts?.['prepack'] === undefined)
    faults.push('package.json has no prepack: it could be packed without a build');
  if (mostKib === undefined) faults.push('scripts/pack/packages.ts says nothing about its size');
  else if (bytes > mostKib * 1024) faults.push(`it has ${kib(bytes)} KiB, more than ${mostKib}`);
  return faults.map((fault) => `${manifest.name}: ${fault}`);
}

/** KiB with one digit behind the point. */
export function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

/** The files that the fields of a manifest lead to, as paths inside of the package. */
function targetsOf({ main, types, exports, imports, bin, sideEffects }: Manifest): ReadonlySet<string> {
  const listed = Array.isArray(sideEffects) ? sideEffects : [];
  const all = [main, types, ...leaves(exports), ...leaves(imports), ...Object.values(bin ?? {}), ...listed];
  return new Set(all.flatMap((target) => (target === undefined ? [] : [target.replace(/^\.\//, '')])));
}

function leaves(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, branch]) => (key === SOURCE_CONDITION ? [] : leaves(branch)));
}
