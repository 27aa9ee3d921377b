import path from 'node:path';
import type { z } from 'zod';
import { archivePlaceIn } from './archive-place.ts';
import { contradictions } from './contradictions.ts';
import { explain, explainer, type Issue, isTable, kindOf, valueText, withFound } from './explain.ts';
import { NETWORKS } from './families.ts';
import { configError, type Fault, keyOf } from './faults.ts';
import { likelyName } from './likely-key.ts';
import { placeFaults } from './places.ts';
import { placesIn } from './pool-places.ts';
import { type Config, configSchema } from './schema.ts';
import { readToml } from './toml-file.ts';
import { LONGEST_KEY, strangeChainKeys, strangeKeys, unknownKeyFault, valueAt } from './unknown-keys.ts';
import { FILE_KEYS, mayBeSecret } from './value-kinds.ts';

/**
 * Reads and checks a configuration file. Relative paths in it start from the folder of the file.
 *
 * @throws AditError `ADIT_BAD_CONFIG`: one line for each fault, with the file, the line if known, the key, and what
 *   was expected
 */
export function loadConfig(file: string): Config {
  const raw = readToml(file);
  const complete = new Set<string>();
  const result = configSchema.safeParse(raw, { error: explainer(complete, explainAll) });
  if (!result.success) throw configError(file, issueFaults(result.error.issues, raw, complete));
  const dates = datesIn(raw);
  const faults = dates.length > 0 ? dates : contradictions(result.data);
  if (faults.length > 0) throw configError(file, faults);
  const folder = path.dirname(path.resolve(file));
  const config = {
    ...withPaths(result.data, (name) => path.resolve(folder, name)),
    ...placesIn(result.data, file),
  };
  const archive = archivePlaceIn({ archive: result.data.ledger.archive, data: config.data }, file);
  const misplaced = placeFaults({ ...config, archive });
  if (misplaced.length > 0) throw configError(file, misplaced);
  return config;
}

/** What every schema says, and what the one union says. */
function explainAll(issue: Issue): string | undefined {
  return issue.code === 'invalid_union' ? wrongNetwork(issue.input) : explain(issue);
}

/** The only union is that of the families of chains. */
function wrongNetwork(chain: unknown): string {
  const { network } = isTable(chain) ? (chain as { readonly network?: unknown }) : {};
  if (!isTable(chain)) return `found ${kindOf(chain)}, expected a table, as in [[chain]]`;
  const found = network === undefined ? 'is missing:' : `found ${valueText(network)},`;
  return `${found} expected one of ${NETWORKS.join(', ')}`;
}

/** Unknown keys come first: a misspelled key explains why another one is missing. */
function issueFaults(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  complete: ReadonlySet<string>,
): Fault[] {
  const strange: Fault[] = [];
  const others: Fault[] = [];
  /** Missing keys that the file has under a misspelled name: one line is enough for both. */
  const meant = meantKeys(issues, raw);
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      strange.push(...issue.keys.map((key) => unknownKeyFault(raw, issue.path, key)));
      continue;
    }
    if (issue.code === 'invalid_union') strange.push(...strangeChainKeys(raw, issue.path.slice(0, -1)));
    if (meant.has(keyOf(issue.path)) && valueAt(raw, issue.path) === undefined) continue;
    // The first reason is enough: a negative zero is below most bounds too.
    if (others.some(({ key }) => key === keyOf(issue.path))) continue;
    const message = complete.has(issue.message)
      ? issue.message
      : withFound(issue.message, valueAt(raw, issue.path), mayBeSecret(issue.path));
    others.push({ key: keyOf(issue.path), message });
  }
  return [...strange, ...others];
}

/** The keys that misspelled ones probably mean. */
function meantKeys(issues: readonly z.core.$ZodIssue[], raw: unknown): ReadonlySet<string> {
  return new Set(
    issues.flatMap((issue) => {
      const table = issue.code === 'invalid_union' ? issue.path.slice(0, -1) : issue.path;
      const keys =
        issue.code === 'unrecognized_keys'
          ? issue.keys
          : issue.code === 'invalid_union'
            ? strangeKeys(raw, table)
            : [];
      return keys.flatMap((key) => {
        const name = key.length > LONGEST_KEY ? undefined : likelyName(keyOf(table), key);
        return name === undefined ? [] : [keyOf([...table, name])];
      });
    }),
  );
}

/** Dates in place of tables, which Zod takes for tables without keys. A date in any other place is refused by it. */
function datesIn(value: unknown, path: readonly PropertyKey[] = []): Fault[] {
  if (value instanceof Date) return [{ key: keyOf(path), message: 'found a date, expected a table' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    datesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Resolves the names of files, which stand in nodes and ports of all families. */
function withPaths<Part>(part: Part, resolve: (name: string) => string): Part {
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        FILE_KEYS.has(key) && typeof inner === 'string' ? resolve(inner) : resolved(inner),
      ]),
    );
  };
  // Only texts have changed, and they are still texts.
  return resolved(part) as Part;
}
