import { checkText } from '@adit/primitives';

/** Characters that a report shows of a line. A 200,9 submission has 2.9 KB, and its beginning is enough. */
const MAX_SHOWN = 320;
/** Characters that a sentence shows of a value. */
const MAX_VALUE = 120;

/** Makes a text from the wire fit for terminals, logs and XML: one line without control characters, shortened. */
export function printable(text: string, most = MAX_SHOWN): string {
  checkText(text, 'what is shown');
  const safe = text.slice(0, most).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length > most ? `${safe}... (${text.length} characters)` : safe;
}

/** A JSON value as part of a sentence, printable and shortened. */
export function shown(value: unknown, most = MAX_VALUE): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value) ?? String(value), most);
}
