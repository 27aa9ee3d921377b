import { AditError } from '@adit/primitives';
import { COEFFICIENT_ONE } from './pps-credit.ts';

/** Curves that bring any risk figure into -1 to 1. */
export type DampingShape = 'tanh' | 'clamp' | 'cubic' | 'rational' | 'root' | 'arctangent' | 'exponential';

/** The curve of each shape. A table without one of them does not compile. */
const CURVES: Readonly<Record<DampingShape, (x: number) => number>> = {
  tanh: Math.tanh,
  clamp: clamped,
  cubic: (x) => (3 * clamped(x) - clamped(x) ** 3) / 2,
  rational: (x) => x / (1 + Math.abs(x)),
  root: (x) => x / Math.sqrt(1 + x * x),
  arctangent: (x) => (2 / Math.PI) * Math.atan(x),
  exponential: (x) => Math.sign(x) * (1 - Math.exp(-Math.abs(x))),
};

/** How a pool bends its price by its own luck, so that a bad time does not ruin it. */
export interface Damping {
  readonly shape: DampingShape;
  /** Most that is added to 1 when the reserve is large, in parts of 1. */
  readonly up: number;
  /** Most that is taken off when it is small. */
  readonly down: number;
  /** Deviation of the reserve from what it should hold, in blocks, at which a curve is read at 1. */
  readonly scaleBlocks: number;
}

/** The value of a curve, from -1 to 1. */
export function dampingCurve(shape: DampingShape, x: number): number {
  return CURVES[shape](x);
}

/**
 * The coefficient of a price, by how the reserve stands (poolcore's rule). It is computed once for an interval, published, and stored with the
 * credits as an integer: the float in it never decides about a coin after the share.
 *
 * @param balance what the reserve holds
 * @param reference what it is meant to hold
 * @param blockReward R0, in the same unit
 * @returns in 10^-9, at least zero
 * @throws AditError `ADIT_BAD_OPTION` for a scale or a reward that is not above zero, or a negative strength
 */
export function dampedCoefficient(
  { shape, up, down, scaleBlocks }: Damping,
  balance: bigint,
  reference: bigint,
  blockReward: bigint,
): bigint {
  if (!(scaleBlocks > 0) || !(up >= 0) || !(down >= 0) || down > 1 || up > 1 || blockReward <= 0n)
    throw new AditError(
      'ADIT_BAD_OPTION',
      'damping needs strengths from 0 to 1, and a scale and a reward above zero',
    );
  const blocks = Number(((balance - reference) * COEFFICIENT_ONE) / blockReward) / Number(COEFFICIENT_ONE);
  const x = blocks / scaleBlocks;
  const coefficient = 1 + (x >= 0 ? up : down) * dampingCurve(shape, x);
  return BigInt(Math.round(coefficient * Number(COEFFICIENT_ONE)));
}

function clamped(x: number): number {
  return Math.max(-1, Math.min(1, x));
}
