/**
 * Puts a table in place of the first one below a heading. The text around the table stays as it is.
 *
 * @param heading the line of the heading, such as `### The attacks`
 * @param table rows that begin with `|`, each with its line end
 * @throws Error where the page has no such heading, or no table before the next heading
 */
export function withTable(page: string, heading: string, table: string): string {
  const lines = page.split('\n');
  const at = lines.indexOf(heading);
  if (at < 0) throw new Error(`the page has no heading ${JSON.stringify(heading)}`);
  const rest = lines.slice(at + 1);
  const first = rest.findIndex((line) => line.startsWith('|') || line.startsWith('#'));
  if (!rest[first]?.startsWith('|')) throw new Error(`there is no table below ${JSON.stringify(heading)}`);
  const length = rest.slice(first).findIndex((line) => !line.startsWith('|'));
  const after = length < 0 ? [] : rest.slice(first + length);
  return [...lines.slice(0, at + 1), ...rest.slice(0, first), table.trimEnd(), ...after].join('\n');
}
