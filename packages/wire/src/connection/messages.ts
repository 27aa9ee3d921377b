import type { Message } from '@adit/stratum';

/** A call that wants an answer. */
export type Request = Extract<Message, { kind: 'request' }>;
/** An answer. */
export type Reply = Extract<Message, { kind: 'response' }>;
/** A call, whether it wants an answer or not: pools write `"id":null` or leave the id out. */
export type Notice = Extract<Message, { kind: 'notification' | 'request' }>;

/** A message that came, with its line. */
export interface Received {
  readonly message: Message;
  /** The beginning of the line. */
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** The call in a message; undefined for answers and for lines that are no message. */
export function noticeIn(message: Message): Notice | undefined {
  return message.kind === 'notification' || message.kind === 'request' ? message : undefined;
}

/** The parameters of each call of a method, in order. */
export function paramsOf(received: readonly Received[], method: string): readonly (readonly unknown[])[] {
  return received.flatMap(({ message }) => {
    const notice = noticeIn(message);
    return notice?.method === method ? [notice.params] : [];
  });
}

/** The code of an error that is an array or an object; undefined where it has none. */
export function errorCodeOf(error: unknown): number | undefined {
  const code = memberOf(error, 0, 'code');
  return typeof code === 'number' ? code : undefined;
}

/** The words of an error; empty where it has none. */
export function errorTextOf(error: unknown): string {
  const text = typeof error === 'string' ? error : memberOf(error, 1, 'message');
  return typeof text === 'string' ? text : '';
}

/** ZIP 301 has errors as arrays, JSON-RPC 2.0 as objects; pools send both. */
function memberOf(error: unknown, place: number, name: string): unknown {
  if (Array.isArray(error)) return error[place];
  return typeof error === 'object' && error !== null
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
