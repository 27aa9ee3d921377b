import { type Dialect, parseMessage } from '@adit/stratum';
import { errorCodeOf, errorTextOf, OTHER_SIDE, printable, type Reply, type Side } from '@adit/wire';
import { dialectOf } from '../dialects/spoken-dialects.ts';
import { type ConversationEvent, lineOf } from '../recording/recording.ts';
import { describeParams, describeResult } from './describe-call.ts';
import { meaningOf } from './error-meanings.ts';
import { generic } from './values.ts';

/** Requests of one connection that have no answer yet. The answers to further ones are shown without the method. */
const MAX_OPEN = 1024;
const MAX_CONNECTIONS = 4096;
/** Characters that are shown of a message. Every real one fits several times, and a junk message does not hide the others. */
const MAX_DESCRIBED = 900;

interface Asked {
  readonly method: string;
  readonly at: number;
}

/** The open requests of one connection by side and id. Requests with the same id, such as TrueStratum's 244, stand in order. */
interface Talk {
  readonly asked: Readonly<Record<Side, Map<string, Asked[]>>>;
  open: number;
}

const ARROW: Readonly<Record<Side, string>> = { miner: '->', pool: '<-' };

/**
 * Describes each event of a conversation in one sentence: `->` from the miner, `<-` from the pool. It takes lines whose
 * passwords are already left out, and shows control characters as `?`.
 */
export class Describer {
  readonly #talks = new Map<number, Talk>();
  #dialect: Dialect | undefined;

  /** @param dialect recognised by the messages where left out */
  constructor(dialect?: Dialect) {
    this.#dialect = dialect;
  }

  describe(event: ConversationEvent): string {
    if ('event' in event) return this.#occurrence(event);
    const arrow = ARROW[event.from];
    const tail = 'end' in event && event.end === '' ? ' (the line has no end)' : '';
    const line = lineOf(event);
    if (line === undefined) {
      const { omitted, reason } = event as { omitted: number; reason: string };
      return `${arrow} a line of ${omitted} bytes, not shown: ${printable(reason)}${tail}`;
    }
    if (line.length === 0) return `${arrow} an empty line`;
    return `${arrow} ${printable(this.#message(event, line), MAX_DESCRIBED)}${tail}`;
  }

  #occurrence(event: Extract<ConversationEvent, { readonly event: string }>): string {
    switch (event.event) {
      case 'opened':
        return '== connection opened';
      case 'ended':
        return `== the ${event.from} says no more`;
      case 'closed':
        this.#talks.delete(event.connection);
        return `== connection closed: ${printable(event.reason)}`;
    }
  }

  #message(event: ConversationEvent & { readonly from: Side }, line: Uint8Array): string {
    const message = parseMessage(line);
    this.#dialect ??= dialectOf(message);
    if (message.kind === 'fault') {
      const text = 'line' in event ? event.line : Buffer.from(line).toString('latin1');
      return `no message (${printable(message.fault)}): ${printable(text, 200)}`;
    }
    if (message.kind === 'response') return this.#response(event, message);
    const id = message.kind === 'request' && message.id !== 'null' ? message.id : undefined;
    if (id !== undefined) this.#ask(event, id, message.method);
    const params = describeParams(message, this.#dialect) ?? ` ${generic(message.params)} (unknown)`;
    return `${printable(message.method, 64)}${id === undefined ? '' : ` #${printable(id, 40)}`}${params}`;
  }

  #response(event: ConversationEvent & { readonly from: Side }, reply: Reply): string {
    const { id, result, error } = reply;
    const asked = this.#answered(event, id ?? 'null');
    const name = asked === undefined ? 'answer' : printable(asked.method, 64);
    const number = id === undefined ? ' without id' : ` #${printable(id, 40)}`;
    const after = asked === undefined ? ' to nothing that was asked' : ` after ${ms(event.at - asked.at)}`;
    if (error === null || error === undefined) {
      const refused = result === false ? 'refused' : 'ok';
      return `${name}${number} ${refused}${after}${describeResult(asked?.method, reply, this.#dialect)}`;
    }
    const code = errorCodeOf(error);
    const words = errorTextOf(error);
    const what =
      code === undefined ? generic(error) : `${code} (${meaningOf(code)}) ${printable(words, 160)}`;
    return `${name}${number} refused${after}: ${what.trimEnd()}`;
  }

  #ask(
    { connection, from, at }: { connection: number; from: Side; at: number },
    id: string,
    method: string,
  ): void {
    const talk = this.#talk(connection);
    if (talk === undefined || talk.open >= MAX_OPEN) return;
    talk.open += 1;
    const list = talk.asked[from].get(id);
    if (list === undefined) talk.asked[from].set(id, [{ method, at }]);
    else list.push({ method, at });
  }

  #answered({ connection, from }: { connection: number; from: Side }, id: string): Asked | undefined {
    const talk = this.#talk(connection);
    const questions = talk?.asked[OTHER_SIDE[from]];
    const list = questions?.get(id);
    const asked = list?.shift();
    if (talk === undefined || asked === undefined) return undefined;
    talk.open -= 1;
    if (list?.length === 0) questions?.delete(id);
    return asked;
  }

  #talk(connection: number): Talk | undefined {
    const known = this.#talks.get(connection);
    if (known !== undefined || this.#talks.size >= MAX_CONNECTIONS) return known;
    const talk = { asked: { miner: new Map(), pool: new Map() }, open: 0 };
    this.#talks.set(connection, talk);
    return talk;
  }
}

function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** The whole line, printable and not decoded. Other events are described as by {@link Describer}. */
export function rawText(event: ConversationEvent): string {
  const line = 'event' in event ? undefined : lineOf(event);
  if ('event' in event || line === undefined) return new Describer().describe(event);
  const text = 'line' in event ? event.line : Buffer.from(line).toString('latin1');
  return `${ARROW[event.from]} ${printable(text, text.length)}`;
}
