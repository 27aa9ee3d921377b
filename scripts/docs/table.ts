/** A Markdown table. Each row has one cell for each column. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const [top, ...below] = [head, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  return [top, `|${'---|'.repeat(head.length)}\n`, ...below].join('');
}
