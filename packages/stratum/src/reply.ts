import { AditError, checkText, checkWhole } from '@adit/primitives';

/** The `result` of a reply with an error: ZIP 301 wants null; TrueStratum and old pools want false. */
export type FailedResult = null | false;

/** @param id JSON text, @param result anything JSON can hold */
export function resultLine(id: string, result: unknown): string {
  checkText(id, 'an id');
  return `{"id":${id},"result":${JSON.stringify(result)},"error":null}\n`;
}

/** Errors are arrays of three: code, message, and a traceback that is always null. */
export function errorLine(id: string, code: number, message: string, failedResult: FailedResult): string {
  checkText(id, 'an id');
  checkWhole(code, 'a code', -0x8000_0000, 0x7fff_ffff);
  checkText(message, 'a message');
  if (failedResult !== null && failedResult !== false)
    throw new AditError('ADIT_BAD_OPTION', 'the result beside an error must be null or false');
  return `{"id":${id},"result":${failedResult},"error":[${code},${JSON.stringify(message)},null]}\n`;
}

/** A request. @param id a number or string of our own choice */
export function requestLine(id: number | string, method: string, params: readonly unknown[]): string {
  if (typeof id !== 'string') checkWhole(id, 'an id', 0, Number.MAX_SAFE_INTEGER);
  checkCall(method, params);
  return `{"id":${JSON.stringify(id)},"method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}\n`;
}

/** The line has `"id":null`: miners such as silentarmy need the key in every message. */
export function notificationLine(method: string, params: readonly unknown[]): string {
  checkCall(method, params);
  return `{"id":null,"method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}\n`;
}

/** @throws AditError `ADIT_BAD_OPTION` */
function checkCall(method: string, params: readonly unknown[]): void {
  checkText(method, 'a method');
  if (!Array.isArray(params)) throw new AditError('ADIT_BAD_OPTION', 'params must be a list');
}

/** Makes text from the wire fit for an error message: printable, short, and in quotes. */
export function quoted(text: string): string {
  checkText(text, 'what is quoted');
  const short = text.length > 48 ? `${text.slice(0, 48)}...` : text;
  return JSON.stringify(short).replace(/[\u007f-\uffff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
