/** Characters that a report shows of a line. A 200,9 submission has 2.9 KB, and its beginning is enough. */
const MAX_SHOWN = 320;
/** The second parameter of mining.authorize, in any spelling. */
const PASSWORD = /("mining\.authorize"\s*,\s*"params"\s*:\s*\[\s*"(?:[^"\\]|\\.)*"\s*,\s*)"(?:[^"\\]|\\.)*"/;

/** Makes a text from the wire fit for terminals, logs and XML: one line without control characters, shortened. */
export function printable(text: string, most = MAX_SHOWN): string {
  const safe = text.slice(0, most).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > most ? `${safe}... (${text.length} characters)` : safe;
}

/** Shorter passwords (x, 12) stand in many lines by chance, so they are only left out of mining.authorize. */
const SHORTEST_SECRET = 3;

/**
 * A line as it may be shown.
 * @param password left out everywhere, also in the words of a pool
 */
export function shownLine(line: string, password = ''): string {
  const plain = line.replace(PASSWORD, '$1"***"');
  if (password.length < SHORTEST_SECRET) return printable(plain);
  const escaped = JSON.stringify(password).slice(1, -1);
  return printable(plain.replaceAll(escaped, '***').replaceAll(password, '***'));
}

/** A JSON value as part of a sentence. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value) ?? String(value), 120);
}
