/** `JSON.rawJSON` and the reviver's third argument are in every supported engine, not yet in the type library. */
interface RawJson {
  rawJSON(text: string): unknown;
}
type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;

const INTEGER = /^-?\d+$/;
/** 2^53 has 16 digits. In a string it may look the same; that costs time only. */
const MAY_BE_LONG = /[[:,]\s*-?\d{16}|^\s*-?\d{16}/;

/**
 * Parses JSON; integers that a double cannot hold come as bigint, all others as numbers.
 * @throws SyntaxError
 */
export function parseLosslessJson(text: string): unknown {
  // To ask for each value takes thirty times as long.
  if (!MAY_BE_LONG.test(text)) return JSON.parse(text);
  const reviver: SourceReviver = (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context.source ?? '';
    return INTEGER.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** Serialises to JSON, writing bigint as bare integers. */
export function stringifyLosslessJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? (JSON as unknown as RawJson).rawJSON(item.toString()) : item,
  );
}
