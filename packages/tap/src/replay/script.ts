import { type Message, parseMessage } from '@adit/stratum';
import { OTHER_SIDE, type Side } from '@adit/wire';
import { type ConversationEvent, endOf, lineOf } from '../recording/recording.ts';

/** An event of a saved conversation, with the request that it answers. */
export interface Step {
  readonly event: ConversationEvent;
  /** The line; undefined for other events and for lines that were not kept. */
  readonly line?: { readonly from: Side; readonly bytes: Uint8Array; readonly message: Message };
  /** The place of the request that this step answers. */
  readonly answers?: number;
}

/** The events of a conversation in order. Answers belong to requests by id, and by order where ids are equal. */
export function scriptOf(events: readonly ConversationEvent[]): Step[] {
  const asked = new Map<string, number[]>();
  return events.map((event, index) => {
    const bytes = lineOf(event);
    if (bytes === undefined || !('from' in event)) return { event };
    const { from, connection } = event;
    const message = parseMessage(bytes);
    const line = { from, bytes, message };
    if (message.kind === 'response') {
      const answers = asked.get(`${connection} ${from} ${message.id ?? 'null'}`)?.shift();
      return { event, line, ...(answers === undefined ? {} : { answers }) };
    }
    if (message.kind !== 'notification') {
      const key = `${connection} ${OTHER_SIDE[from]} ${message.id}`;
      const list = asked.get(key);
      if (list === undefined) asked.set(key, [index]);
      else list.push(index);
    }
    return { event, line };
  });
}

/** The bytes of a step with their line end, as on the wire. @param bytes replace the recorded ones */
export function wireBytes(step: Step, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.from(endOf(step.event))]);
}
