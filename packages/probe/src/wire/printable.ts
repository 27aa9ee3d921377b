/** Longest text of a line in a report: a 200,9 submission has 2.9 KB, of which the beginning says enough. */
const MAX_SHOWN = 320;
/** The second parameter of mining.authorize, in whatever spelling a line has it. */
const PASSWORD = /("mining\.authorize"\s*,\s*"params"\s*:\s*\[\s*"(?:[^"\\]|\\.)*"\s*,\s*)"(?:[^"\\]|\\.)*"/;

/** Text from the wire made fit for a terminal, a log and XML: one line, no control characters, shortened. */
export function printable(text: string, most = MAX_SHOWN): string {
  const safe = text.slice(0, most).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > most ? `${safe}... (${text.length} characters)` : safe;
}

/** Shorter ones (x, 12) stand in every line by chance: they are left out in their place only. */
const SHORTEST_SECRET = 3;

/**
 * A line as it may be shown.
 * @param password left out wherever it stands, in a pool's words too
 */
export function shownLine(line: string, password = ''): string {
  const plain = line.replace(PASSWORD, '$1"***"');
  if (password.length < SHORTEST_SECRET) return printable(plain);
  const escaped = JSON.stringify(password).slice(1, -1);
  return printable(plain.replaceAll(escaped, '***').replaceAll(password, '***'));
}

/** A JSON value in a sentence. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value) ?? String(value), 120);
}
