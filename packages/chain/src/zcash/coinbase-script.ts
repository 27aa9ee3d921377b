import { AditError, concatBytes, encodeHex, startsWithBytes } from '@adit/primitives';

/** Consensus limit of a coinbase's script. */
export const MAX_COINBASE_SCRIPT = 100;
/** The longest text that a push with one length byte can hold. */
const MAX_PUSH = 75;
/** Longest text of an operator: with 16 random bytes in hex behind it, it still fits into one push. */
export const MAX_OPERATOR_TEXT = 40;
/** 64 bits cannot be guessed while a work lives. More than 128 would leave no room for a name. */
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

/** Bytes of text that fit into a coinbase of this height, if the script holds nothing else but the height. */
export function roomForText(height: number): number {
  return Math.min(MAX_PUSH, MAX_COINBASE_SCRIPT - heightPush(height).length - 1);
}

/** Whether the script begins with the height. Consensus requires it since BIP 34, and a text must not change it. */
export function beginsWithHeight(script: Uint8Array, height: number): boolean {
  return startsWithBytes(script, heightPush(height));
}

/**
 * The node's script, followed by a push of `text`. If that is too long, everything that the node wrote after the height
 * is dropped: consensus requires only the height.
 * @param script one that {@link beginsWithHeight}
 * @throws AditError `ADIT_BAD_COINBASE_TEXT` if the text is empty, or longer than {@link roomForText}
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
 * The text for a work's coinbase: the operator's name, and random digits, so that nobody can foresee the work.
 * @param operatorText printable ASCII, at most {@link MAX_OPERATOR_TEXT} characters, may be empty
 * @param random 8 to 16 bytes, drawn anew for each work; they are written as hex
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

/** Whether an operator may put this text into coinbases. */
export function isOperatorText(text: string): boolean {
  return text.length <= MAX_OPERATOR_TEXT && PRINTABLE.test(text);
}
