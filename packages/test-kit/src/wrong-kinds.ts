import { AditError } from '@adit/primitives';

/** A function with arguments that are right. */
export type RightCall = readonly [use: (...args: never[]) => unknown, ...args: readonly unknown[]];

/** A value of each kind that untyped code may hand over. */
const VALUES: readonly unknown[] = [
  null,
  5,
  -1,
  1.5,
  Number.NaN,
  'text',
  true,
  5n,
  Uint8Array.of(1),
  {},
  [],
  () => {},
];

/**
 * Calls each function with each of its arguments replaced by a value of every other kind.
 * @returns the calls that did not throw an AditError or a TypeError, as `name(argument 0: string): 7`; empty if all did
 */
export function answersToWrongKinds(calls: Readonly<Record<string, RightCall>>): string[] {
  return Object.entries(calls).flatMap(([name, [use, ...args]]) =>
    args.flatMap((right, i) =>
      VALUES.filter((value) => kindOf(value) !== kindOf(right)).flatMap((value) => {
        const answer = answerOf(use, args.with(i, value));
        return answer === undefined ? [] : [`${name}(argument ${i}: ${kindOf(value)}): ${answer}`];
      }),
    ),
  );
}

/** The functions that a room exports, without its classes. */
export function functionsOf(room: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(room).flatMap(([name, value]) =>
    typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value)) ? [name] : [],
  );
}

function answerOf(use: RightCall[0], args: readonly unknown[]): string | undefined {
  try {
    return String(use(...(args as never[])));
  } catch (error) {
    return error instanceof AditError || error instanceof TypeError ? undefined : String(error);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return 'bytes';
  return Array.isArray(value) ? 'list' : typeof value;
}
