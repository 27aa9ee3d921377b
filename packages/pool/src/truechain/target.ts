import { MAX_TARGET_128 } from '@adit/primitives';

/**
 * The target that a TrueHash share of this weight (expected hashes) has to meet. Either half may meet it, so it has
 * about half that chance on each.
 */
export function trueTargetOf(weight: bigint): bigint {
  return weight <= 1n ? MAX_TARGET_128 : (1n << 127n) / weight;
}
