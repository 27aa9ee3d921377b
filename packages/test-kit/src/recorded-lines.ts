import { type Message, parseMessage } from '@adit/stratum';
import type { ConversationEvent } from '@adit/tap';

/** A line of a saved conversation. */
export interface RecordedLine {
  readonly from: 'miner' | 'pool';
  readonly at: number;
  readonly text: string;
  readonly message: Message;
  /** What is called without an answer being wanted: `"id":null`, or no id. */
  readonly notice?: { readonly method: string; readonly params: readonly unknown[] };
  /** Of an answer: the method that was asked, and where that line stands. */
  readonly asked?: string;
  readonly question?: number;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The events of each connection for itself. */
export function partsOf(events: readonly ConversationEvent[]): ConversationEvent[][] {
  return [...Map.groupBy(events, ({ connection }) => connection).values()];
}

/** The lines in order; questions and answers belong together by id, in order where ids are equal. */
export function linesOf(events: readonly ConversationEvent[]): RecordedLine[] {
  const open = new Map<string, { method: string; place: number }[]>();
  return events
    .flatMap((event) => ('line' in event ? [event] : []))
    .map(({ from, at, connection, line: text }, place) => {
      const message = parseMessage(bytesOf(text));
      const plain = { from, at, text, message };
      if (message.kind === 'notification') return { ...plain, notice: message };
      if (message.kind === 'request') {
        if (message.id === 'null') return { ...plain, notice: message };
        const key = `${connection} ${message.id}`;
        open.set(key, [...(open.get(key) ?? []), { method: message.method, place }]);
      }
      if (message.kind !== 'response') return plain;
      const question = open.get(`${connection} ${message.id ?? 'null'}`)?.shift();
      return question === undefined ? plain : { ...plain, asked: question.method, question: question.place };
    });
}

/** The answer to a line. */
export function answerTo(lines: readonly RecordedLine[], place: number): RecordedLine | undefined {
  return lines.find(({ question }) => question === place);
}

/** The params of the first request of a method. */
export function paramsOf(lines: readonly RecordedLine[], method: string): readonly unknown[] {
  for (const { message } of lines) {
    if (message.kind === 'request' && message.method === method) return message.params;
  }
  return [];
}
