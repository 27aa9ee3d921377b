import { AditError, concatBytes, encodeHex, startsWithBytes } from '@adit/primitives';

/** Consensus limit of a coinbase's script. */
export const MAX_COINBASE_SCRIPT = 100;
/** The longest text that one length byte can push. */
const MAX_PUSH = 75;
/** Longest text of an operator: with 16 random bytes in hex behind it, it still fits into one push. */
export const MAX_OPERATOR_TEXT = 40;
/** Nobody guesses 64 bits within the life of a work; more than 128 would leave no room for a name. */
const RANDOM_BYTES = { least: 8, most: 16 } as const;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The height as a script push (BIP 34): OP_1 to OP_16, else a minimal little-endian number with a sign bit. */
export function heightPush(height: number): Uint8Array {
  if (height === 0) return Uint8Array.of(0);
  if (height <= 16) return Uint8Array.of(0x50 + height);
  const bytes: number[] = [];
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  if ((bytes.at(-1) ?? 0) >= 0x80) bytes.push(0);
  return Uint8Array.of(bytes.length, ...bytes);
}

/** Bytes of text that a coinbase of this height has room for, if all but the height is given up for it. */
export function roomForText(height: number): number {
  return Math.min(MAX_PUSH, MAX_COINBASE_SCRIPT - heightPush(height).length - 1);
}

/** Consensus since BIP 34, which no text may break. */
export function beginsWithHeight(script: Uint8Array, height: number): boolean {
  return startsWithBytes(script, heightPush(height));
}

/**
 * The node's script with a push of `text` behind it. Where that gets too long, what the node wrote behind the
 * height gives way: consensus wants the height only.
 * @param script one that {@link beginsWithHeight}
 * @throws AditError `ADIT_BAD_COINBASE_TEXT` for an empty text, or one longer than {@link roomForText}
 */
export function scriptWithText(script: Uint8Array, height: number, text: Uint8Array): Uint8Array {
  if (text.length === 0 || text.length > roomForText(height)) {
    throw new AditError(
      'ADIT_BAD_COINBASE_TEXT',
      `the text of a coinbase must have 1 to ${roomForText(height)} bytes, not ${text.length}`,
    );
  }
  const fits = script.length + 1 + text.length <= MAX_COINBASE_SCRIPT;
  return concatBytes(fits ? script : heightPush(height), Uint8Array.of(text.length), text);
}

/**
 * What a work's coinbase says: the operator's name, and random digits that make the work one that nobody
 * could have foreseen.
 * @param operatorText printable ASCII, at most {@link MAX_OPERATOR_TEXT} characters, may be empty
 * @param random 8 to 16 bytes, drawn anew for each work; they go in as hex
 * @throws AditError `ADIT_BAD_COINBASE_TEXT`
 */
export function coinbaseTextOf(operatorText: string, random: Uint8Array): Uint8Array {
  if (!isOperatorText(operatorText)) {
    throw new AditError(
      'ADIT_BAD_COINBASE_TEXT',
      `the operator's text must be printable ASCII, at most ${MAX_OPERATOR_TEXT} characters`,
    );
  }
  const { least, most } = RANDOM_BYTES;
  if (random.length < least || random.length > most) {
    throw new AditError('ADIT_BAD_COINBASE_TEXT', `random must have ${least} to ${most} bytes`);
  }
  const space = operatorText === '' ? '' : ' ';
  return new TextEncoder().encode(`${operatorText}${space}${encodeHex(random)}`);
}

/** Whether an operator may put this into coinbases. */
export function isOperatorText(text: string): boolean {
  return text.length <= MAX_OPERATOR_TEXT && PRINTABLE.test(text);
}
