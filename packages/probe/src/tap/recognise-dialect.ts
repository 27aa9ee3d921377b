import { type Message, parseMessage } from '@adit/stratum';
import { PROBE_DIALECTS } from '../dialects.ts';
import { DIALECTS, type Dialect } from '../wire/dialect.ts';
import { type ConversationEvent, lineOf } from './recording.ts';

/** The dialect that a message shows; undefined where several dialects have such a message. */
export function dialectOf(message: Message): Dialect | undefined {
  return DIALECTS.find((name) => PROBE_DIALECTS[name].spoken.recognises(message));
}

/** The dialect of a conversation by the first line that shows it. */
export function dialectOfConversation(events: readonly ConversationEvent[]): Dialect | undefined {
  for (const event of events) {
    const line = lineOf(event);
    const dialect = line === undefined ? undefined : dialectOf(parseMessage(line));
    if (dialect !== undefined) return dialect;
  }
  return undefined;
}
