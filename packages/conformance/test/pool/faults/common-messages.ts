import { type Fault, isError, isMethod, isReply, type Json, onMethod, rewrite } from '../../support/fault.ts';
import type { FaultCases } from './fault-case.ts';
import { parsed } from './misbehaviour.ts';

/** The pool swallows lines that it does not understand. */
function deafTo(line: (line: string) => boolean): Pick<Fault, 'incoming'> {
  return { incoming: (text) => (line(text) ? undefined : text) };
}

/** Faults in the form of messages, and in cutting the stream into lines. */
export const COMMON_MESSAGE_FAULTS: FaultCases = {
  'reply-keys': {
    does: 'leaves the error out of its answers',
    ...rewrite(
      (message) => isReply(message) && message['error'] === null,
      ({ id, result }) => ({ id, result }),
    ),
  },
  'error-object': {
    does: 'answers errors as objects',
    ...rewrite(isError, (message) => {
      const [code, text] = message['error'] as [number, string];
      return { ...message, error: { code, message: text } };
    }),
  },
  'error-result': {
    does: 'says "error" in the result too',
    ...rewrite(isError, (message) => ({ ...message, result: 'error' })),
  },
  'notification-id': {
    does: 'leaves the id out of its jobs',
    ...rewrite(isMethod('mining.notify'), ({ method, params }) => ({ method, params })),
  },
  'lines-json': {
    does: 'breaks its refusals in two',
    outgoing: (line) => (line.includes('"error":[') ? line.replace(',', ',\n') : line),
  },
  'id-echo': {
    does: 'takes ids for numbers',
    outgoing: (line) => line.replace(/^\{"id":"[^"]*"/, '{"id":0'),
  },
  'id-large': {
    does: 'reads ids as 32 bits',
    outgoing: (line) =>
      line.replace(/^\{"id":(\d{16,})/, (_, digits: string) => `{"id":${Number(digits) | 0}`),
  },
  'id-null': {
    does: 'counts requests without an id by itself',
    ...rewrite(
      (message) => isReply(message) && message['id'] === null,
      (message) => ({ ...message, id: 0 }),
    ),
  },
  'id-missing': {
    does: 'counts what has no id by itself',
    incoming: (line) => {
      const message = parsed(line);
      return message === undefined || Object.hasOwn(message, 'id')
        ? line
        : JSON.stringify({ ...message, id: 0 });
    },
  },
  'unknown-method': {
    does: 'says nothing to what it does not know',
    ...onMethod('mining.no_such_method', () => undefined),
  },
  'params-missing': {
    does: 'says nothing where params are missing',
    incoming: (line) => (parsed(line)?.['params'] === undefined ? undefined : line),
  },
  'unknown-keys': {
    does: 'wants three keys and no more',
    incoming: (line) => (Object.keys(parsed(line) ?? {}).length > 3 ? undefined : line),
  },
  'key-order': {
    does: 'wants the id first',
    ...deafTo((line) => !line.startsWith('{"id"')),
  },
  'one-byte-pieces': {
    does: 'takes each packet for a line',
    data: (chunk) => (chunk.includes(0x0a) && chunk.length > 1 ? chunk : undefined),
  },
  'one-packet': {
    does: 'reads one line of a packet',
    data: (chunk) => chunk.subarray(0, chunk.indexOf(0x0a) + 1),
  },
  'line-ends': {
    does: 'takes no CR',
    data: (chunk) => (chunk.includes(0x0d) ? undefined : chunk),
  },
  'large-packet': {
    does: 'takes two submissions at once for a flood',
    data: (chunk, connection) => {
      if (chunk.toString().split('mining.submit').length <= 3) return chunk;
      connection.socket.end();
      return undefined;
    },
  },
  'many-requests': {
    does: 'forgets the last of many',
    incoming: (line) => (parsed(line)?.['id'] === 50_039 ? undefined : line),
  },
  'quiet-miner': {
    does: 'drops who is silent for a tenth of a second',
    // The time begins with the login, which may take as long on a busy machine.
    incoming: (line, { socket }) => {
      if (line.includes('mining.authorize')) socket.setTimeout(100, () => socket.destroy());
      return line;
    },
  },
  'wrong-share': {
    does: 'drops who is wrong once',
    verdict: (keep, _submission, { socket }) => {
      if (!keep.accepted) socket.destroy();
      return keep;
    },
  },
  'half-close': {
    does: 'waits for more from who has ended',
    opened: ({ socket }) => void socket.removeAllListeners('end'),
  },
};

/** Changes errors of one code to another code. */
export function recoded(from: number, to: number): Pick<Fault, 'outgoing'> {
  return rewrite(
    (message) => isError(message) && (message['error'] as unknown[])[0] === from,
    (message: Json) => ({ ...message, error: [to, 'Refused', null] }),
  );
}
