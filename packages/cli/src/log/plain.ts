/** Text from the wire, made safe for a log: without control characters and changes of the writing direction. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
