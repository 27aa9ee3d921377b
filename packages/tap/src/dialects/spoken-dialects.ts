import { DIALECTS, type Dialect, type Message, parseMessage } from '@adit/stratum';
import { type ConversationEvent, lineOf } from '../recording/recording.ts';
import type { SpokenDialect } from './spoken-dialect.ts';
import { TRUESTRATUM_SPOKEN } from './truestratum.ts';
import { ZCASH_SPOKEN } from './zcash.ts';

/** An entry for each dialect. A dialect without one does not compile. */
export type SpokenDialects<Name extends string = Dialect> = Readonly<Record<Name, SpokenDialect>>;

/** The only place of the room that tells the dialects apart. It is closed: recordings name a dialect. */
export const SPOKEN_DIALECTS = {
  zcash: ZCASH_SPOKEN,
  truestratum: TRUESTRATUM_SPOKEN,
} as const satisfies SpokenDialects;

/** The dialect that a message shows; undefined where several dialects have such a message. */
export function dialectOf(message: Message): Dialect | undefined {
  return DIALECTS.find((name) => SPOKEN_DIALECTS[name].recognises(message));
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

/**
 * The words for a message: those of the dialect that it shows, or else of the conversation.
 * @param known the dialect of the conversation so far; where nothing has shown it, messages are read as ZIP 301 has them
 */
export function spokenIn(message: Message, known: Dialect | undefined): SpokenDialect {
  return SPOKEN_DIALECTS[dialectOf(message) ?? known ?? 'zcash'];
}
