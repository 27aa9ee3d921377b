import type { Fault, FaultyConnection, Json } from '../../support/fault.ts';

/** The message of a line; undefined where the line is not a JSON object. */
export function parsed(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** A line that meets the condition kills the pool. */
export function diesOf(deadly: (line: string) => boolean): Pick<Fault, 'data'> {
  return {
    data: (chunk, connection) => {
      if (!chunk.toString('latin1').split('\n').some(deadly)) return chunk;
      connection.crash();
      return undefined;
    },
  };
}

/** Accepts a submission without checking it. */
export function paysWhen(
  when: (params: readonly unknown[], connection: FaultyConnection) => boolean,
): Pick<Fault, 'incoming'> {
  return {
    incoming: (line, connection) => {
      const message = parsed(line);
      const params = message?.['params'];
      if (message?.['method'] !== 'mining.submit' || !Array.isArray(params)) return line;
      if (!when(params, connection)) return line;
      connection.say(JSON.stringify({ id: message['id'], result: true, error: null }));
      return undefined;
    },
  };
}

/** The pool stops reading all connections once the condition is true for one. */
export function stallsWhen(
  when: (chunk: Buffer, connection: FaultyConnection) => boolean,
): Pick<Fault, 'data'> {
  return {
    data: (chunk, connection) => {
      if (when(chunk, connection)) connection.shared.set('stalled', true);
      return connection.shared.has('stalled') ? undefined : chunk;
    },
  };
}

/** Counts the lines of one connection that contain the text. */
export function countOf(text: string, chunk: Buffer, { memory }: FaultyConnection): number {
  const count = Number(memory.get(text) ?? 0) + chunk.toString('latin1').split(text).length - 1;
  memory.set(text, count);
  return count;
}
