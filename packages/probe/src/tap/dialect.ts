import { type Message, parseMessage } from '@adit/stratum';
import type { Dialect } from '../pool/options.ts';
import { type ConversationEvent, lineOf } from './recording.ts';

/** The dialect that a message gives away; undefined where both have it. */
export function dialectOf(message: Message): Dialect | undefined {
  if (message.kind === 'response') {
    // The subscribe reply: [[name, session, version], nonce1, size] or [session, nonce1].
    const { result } = message;
    if (!Array.isArray(result) || typeof result[1] !== 'string') return undefined;
    if (Array.isArray(result[0])) return result[0].length === 3 ? 'truestratum' : undefined;
    return result.length === 2 ? 'zcash' : undefined;
  }
  if (message.kind === 'fault') return undefined;
  const { method, params } = message;
  switch (method) {
    case 'mining.subscribe':
      return params.some((param) => typeof param === 'string' && param.startsWith('TrueStratum/'))
        ? 'truestratum'
        : undefined;
    case 'mining.set_target':
    case 'mining.set_extranonce':
    case 'mining.suggest_target':
      return 'zcash';
    case 'mining.seedhash':
      return 'truestratum';
    case 'mining.notify':
      return params.length >= 8 ? 'zcash' : params.length === 4 ? 'truestratum' : undefined;
    case 'mining.submit':
      return params.length >= 5 ? 'zcash' : params.length === 3 ? 'truestratum' : undefined;
    default:
      return undefined;
  }
}

/** The dialect of a conversation, by the first line that gives it away. */
export function dialectOfConversation(events: readonly ConversationEvent[]): Dialect | undefined {
  for (const event of events) {
    const line = lineOf(event);
    const dialect = line === undefined ? undefined : dialectOf(parseMessage(line));
    if (dialect !== undefined) return dialect;
  }
  return undefined;
}
