/** Longest text of a line in a report: a 200,9 submission has 2.9 KB, of which the beginning says enough. */
const MAX_SHOWN = 320;
/** The second parameter of mining.authorize, in whatever spelling a line has it. */
const PASSWORD = /("mining\.authorize"\s*,\s*"params"\s*:\s*\[\s*"(?:[^"\\]|\\.)*"\s*,\s*)"(?:[^"\\]|\\.)*"/;

/** Text from the wire made fit for a terminal, a log and XML: one line, no control characters, shortened. */
export function printable(text: string, most = MAX_SHOWN): string {
  const safe = text.slice(0, most).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > most ? `${safe}... (${text.length} characters)` : safe;
}

/** A line as it may be shown: what the probe itself sends as a password is left out. */
export function shownLine(line: string): string {
  return printable(line.replace(PASSWORD, '$1"***"'));
}

/** A JSON value in a sentence. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value) ?? String(value), 120);
}
