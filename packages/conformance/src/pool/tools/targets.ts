import { targetFromHex } from '@adit/primitives';
import { paramsOf, type Received } from '@adit/wire';
import type { PoolDialect } from '../dialect.ts';

/** What the pool set as targets, as it came and in order. */
export function targetTexts(
  { targetMethod }: PoolDialect,
  received: readonly Received[],
): readonly unknown[] {
  return paramsOf(received, targetMethod).map(([text]) => text);
}

/** The same as numbers. Undefined stands for a target that cannot be read. */
export function targetsIn(
  dialect: PoolDialect,
  received: readonly Received[],
): readonly (bigint | undefined)[] {
  return targetTexts(dialect, received).map((text) => targetFromHex(text, dialect.targetBytes));
}
