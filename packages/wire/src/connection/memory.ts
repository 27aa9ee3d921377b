import { checkBytes } from '@adit/primitives';

/** Estimated memory of one member of a list or an object beside its text. Two bytes on the wire can become an object. */
const MEMBER_BYTES = 64;
/** The bytes `,`, `[` and `{`, each of which begins a member. */
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/** An estimate of the memory that the message in a line takes once it is parsed, in bytes. */
export function memoryOf(line: Uint8Array): number {
  checkBytes(line, 'a line');
  let members = 1;
  for (const byte of line) if (byte === COMMA || byte === BRACKET || byte === BRACE) members += 1;
  return line.length + members * MEMBER_BYTES;
}
