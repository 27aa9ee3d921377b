import { parentPort } from 'node:worker_threads';
import { AditError, messageOf } from '@adit/primitives';
import type { Envelope, ReadAnswer, ReadRequest } from './answer-reader.ts';

/**
 * The thread's side of {@link AnswerReader}. It reads long answers, so that no share has to wait on the main thread.
 * @param parse parses JSON
 * @param read reads the result; if it throws, the call to `AnswerReader.read` fails with that error
 */
export function readAnswers<About>(
  parse: (text: string) => unknown,
  read: (result: unknown, about: About) => unknown,
): void {
  const port = parentPort;
  if (port === null) throw new Error('long answers are read in a worker thread');
  port.on('message', (request: ReadRequest<About>) => {
    const answer = answerTo(request, parse, read);
    const buffers = new Set<ArrayBuffer>();
    // All bytes of a content go into one buffer, which is transferred: the main thread copies nothing.
    const parcel =
      'content' in answer ? { ...answer, content: inOneBuffer(answer.content, buffers) } : answer;
    port.postMessage(parcel, [...buffers]);
  });
}

function answerTo<About>(
  { id, body, about }: ReadRequest<About>,
  parse: (text: string) => unknown,
  read: (result: unknown, about: About) => unknown,
): ReadAnswer<unknown> {
  let parsed: unknown;
  try {
    parsed = parse(new TextDecoder().decode(body));
  } catch {
    return { id, kind: 'not_json' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { id, kind: 'read', envelope: null };
  const { id: callId, error, result } = parsed as { id?: unknown; error?: unknown; result?: unknown };
  const failed = error !== undefined && error !== null;
  const envelope: Envelope = { id: callId, error, ...('result' in parsed ? { result: null } : {}) };
  if (failed || result === undefined) return { id, kind: 'read', envelope };
  try {
    return { id, kind: 'read', envelope, content: read(result, about) };
  } catch (error) {
    const code = error instanceof AditError ? error.code : 'ADIT_RPC_BAD_ANSWER';
    return { id, kind: 'refused', code, message: messageOf(error) };
  }
}

/** Copies a value, so that all its byte arrays, at any depth, are views of one buffer. */
function inOneBuffer<T>(value: T, buffers: Set<ArrayBuffer>): T {
  let length = 0;
  eachBytes(value, (bytes) => {
    length += bytes.length;
    return bytes;
  });
  const buffer = new ArrayBuffer(length);
  let at = 0;
  const moved = eachBytes(value, (bytes) => {
    const place = new Uint8Array(buffer, at, bytes.length);
    place.set(bytes);
    at += bytes.length;
    return place;
  });
  buffers.add(buffer);
  return moved as T;
}

function eachBytes(value: unknown, change: (bytes: Uint8Array) => Uint8Array): unknown {
  if (value instanceof Uint8Array) return change(value);
  if (Array.isArray(value)) return value.map((item) => eachBytes(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, eachBytes(item, change)]));
}
