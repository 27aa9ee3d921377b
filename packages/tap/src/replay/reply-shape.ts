import { errorCodeOf } from '@adit/wire';

/** Longer lists are shown by their length. The seedhash reply has 10,240 texts. */
const LISTED = 8;

/** The kind of an answer, without its values: `true`, `[text, text]`, `error 21`. */
export function replyShape({ result, error }: { readonly result: unknown; readonly error: unknown }): string {
  if (error === null || error === undefined) return shapeOf(result, 0);
  return `error ${errorCodeOf(error) ?? shapeOf(error, 0)}`;
}

function shapeOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (!Array.isArray(value)) return 'object';
  if (depth > 3) return 'list';
  if (value.length > LISTED) return `${value.length} of ${shapeOf(value[0], depth + 1)}`;
  return `[${value.map((item) => shapeOf(item, depth + 1)).join(', ')}]`;
}
