import { allSettings } from './live-settings.ts';
import { nearest } from './nearest.ts';

/** A table that operators expect to divide each block among all miners, as the `pay` of a port lets it pay its finder. */
const MONEY_PAY = /^chain\[\d+\]\.money$/;

/**
 * The setting that a misspelled key probably means. It looks at the table where the key stands, and then, for the same
 * name or one close to it, at all other tables: a key in the wrong table is the other usual mistake.
 *
 * @param path the table: `chain[0].ports[1]`, or `` for the top of the file
 * @returns what to say behind the fault, such as `did you mean "listen"?`; undefined where no key is close
 */
export function likelyKey(path: string, key: string): string | undefined {
  if (key === 'pay' && MONEY_PAY.test(path))
    return 'blocks that pay all miners of a chain are not there yet: leave it out, and the operator pays, or set pay = "solo-block" at a port';
  const near = likelyName(path, key);
  if (near !== undefined) return `did you mean "${near}"?`;
  const elsewhere = allSettings().find((setting) => setting.key.endsWith(`.${key}`))?.key;
  return elsewhere === undefined ? undefined : `"${key}" belongs to ${tableName(elsewhere)}`;
}

/** `chain[].ports[].listen` stands below the header `[[chain.ports]]`. */
function tableName(full: string): string {
  const table = full.slice(0, full.lastIndexOf('.'));
  const name = table.replaceAll('[]', '');
  return table.endsWith('[]') ? `[[${name}]]` : `[${name}]`;
}

/** The key of the table at `path` that a misspelled one probably means; undefined where none is close. */
export function likelyName(path: string, key: string): string | undefined {
  const table = path.replace(/\[\d+\]/g, '[]');
  const keys = allSettings().map((setting) => setting.key);
  const inTable = keys.flatMap((full) => {
    const rest = table === '' ? full : full.startsWith(`${table}.`) ? full.slice(table.length + 1) : '';
    const [name = ''] = rest.split(/[.[]/);
    return name === '' ? [] : [name];
  });
  return nearest(key, inTable);
}
