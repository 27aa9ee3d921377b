/**
 * Why the coinbase of a work stays as the node made it.
 * - `unknown_format`: not a coinbase of version 4, 5 or 6 that can be read to its end.
 * - `other_height`: its script does not begin with the height.
 * - `missing_digests`: the node gave not all digests that a change needs.
 * - `other_digests`: a digest that the node gave does not follow from the bytes.
 * - `unproven`: the node was not asked whether it takes another text, or has refused it.
 */
export type OpaqueCause =
  | 'unknown_format'
  | 'other_height'
  | 'missing_digests'
  | 'other_digests'
  | 'unproven';

/** The same for people, behind "the coinbase stays as the node made it". */
export const OPAQUE_WORDS: Readonly<Record<OpaqueCause, string>> = {
  unknown_format: 'its format is not known',
  other_height: 'its script does not begin with the height',
  missing_digests: 'the node gave no digests for it',
  other_digests: 'a digest that the node gave does not follow from its bytes',
  unproven: 'the node has not accepted a changed one',
};
