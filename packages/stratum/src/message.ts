/**
 * One line of JSON-RPC as either side reads it.
 *
 * `id` is kept as JSON text, so that it can be echoed as it came: a number beyond 2^53 would lose
 * digits as a JavaScript number.
 */
export type Message =
  | {
      readonly kind: 'request';
      readonly id: string;
      readonly method: string;
      readonly params: readonly unknown[];
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: readonly unknown[] }
  | {
      readonly kind: 'response';
      readonly id: string | undefined;
      readonly result: unknown;
      readonly error: unknown;
    }
  /** Not a message; `id` is that of the line where it could be read, otherwise `null`. */
  | { readonly kind: 'fault'; readonly id: string; readonly fault: string };

/** Containers inside containers, the message itself included: real ones need three (the seedhash reply). */
const MAX_DEPTH = 9;

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
/** JSON.parse as engines have it since 2023: the reviver is told the source text of a primitive. */
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** Parses one line without its line end. Never throws. */
export function parseMessage(line: Uint8Array): Message {
  let text: string;
  try {
    // A fatal decoder refuses what is not UTF-8; a byte-order mark at the front is dropped by it.
    text = new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return fault('the line is not valid UTF-8');
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return fault('the line is not valid JSON');
  }
  if (Array.isArray(root)) return fault('batches are not supported: send one object a line');
  if (typeof root !== 'object' || root === null) return fault('the line must hold one JSON object');
  // Own properties only: `__proto__` as a key is then a property like any other, and means nothing.
  const fields = new Map<string, unknown>(Object.entries(root));
  const hasId = fields.has('id');
  // Whatever walks a message recursively, the engine's own code included, would exhaust the stack.
  const tooDeep = depthExceeds(root, MAX_DEPTH);
  const id = idText(fields.get('id'), hasId, tooDeep ? undefined : text);
  if (id === undefined) return fault('id must be a string, a number or null');
  if (tooDeep) return fault(`the message is nested more than ${MAX_DEPTH} levels deep`, id);
  if (!fields.has('method') && (fields.has('result') || fields.has('error'))) {
    return {
      kind: 'response',
      id: hasId ? id : undefined,
      result: fields.get('result'),
      error: fields.get('error'),
    };
  }
  const method = fields.get('method');
  if (typeof method !== 'string') return fault('method must be a string', id);
  const params = fields.get('params') ?? [];
  if (!Array.isArray(params)) return fault('params must be an array', id);
  return hasId ? { kind: 'request', id, method, params } : { kind: 'notification', method, params };
}

function fault(text: string, id = 'null'): Message {
  return { kind: 'fault', id, fault: text };
}

/** @param line where the digits of any number can be looked up, if they can */
function idText(id: unknown, present: boolean, line: string | undefined): string | undefined {
  if (!present || id === null) return 'null';
  if (typeof id === 'string') return JSON.stringify(id);
  if (typeof id !== 'number') return undefined;
  if (Number.isSafeInteger(id)) return String(id);
  return line === undefined ? 'null' : sourceOfId(line);
}

/** The digits of a number id that a double does not hold: 12345678901234567890, 1.50, 1e999. */
function sourceOfId(line: string): string {
  const seen: { holder: unknown; source: string }[] = [];
  const root = parseWithSource(line, function (key, value, context) {
    if (key === 'id' && context.source !== undefined) seen.push({ holder: this, source: context.source });
    return value;
  });
  return seen.find(({ holder }) => holder === root)?.source ?? 'null';
}

/** Iterative, so that no nesting can exhaust the stack. */
function depthExceeds(root: object, limit: number): boolean {
  let level = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
