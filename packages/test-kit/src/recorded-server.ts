import assert from 'node:assert/strict';
import { equihashSizes } from '@adit/pow';
import { decodeHex, targetFromHex } from '@adit/primitives';
import {
  type Dialect,
  jobSequenceOf,
  parseTrueJobId,
  REJECTS,
  type RejectReason,
  type ServerEffect,
  TrueStratumServerSession,
  type TrueSubmission,
  type Verdict,
  ZcashServerSession,
  type ZcashSubmission,
} from '@adit/stratum';
import { SMALL } from './pools.ts';
import { answerTo, bytesOf, type RecordedLine } from './recorded-lines.ts';

type Effects = readonly ServerEffect<ZcashSubmission | TrueSubmission>[];

/** What the two dialects have in common here. */
interface Speaker {
  line(line: Uint8Array, now: number): Effects;
  verdict(token: number, verdict: Verdict, now: number): Effects;
  setTarget(target: bigint): void;
  /** Sends the job of a recorded `mining.notify`. */
  notify(line: RecordedLine, params: readonly unknown[]): Effects;
}

/**
 * A server session in the recorded pool's place: decisions (verdicts, jobs, targets, who may mine) are those of the
 * recording, the words are its own.
 */
export class RecordedServer {
  readonly submissions: { readonly params: readonly unknown[]; readonly submission: object }[] = [];
  readonly #lines: readonly RecordedLine[];
  readonly #speaker: Speaker;
  /** Token of each submission that waits, by the place of its line. */
  readonly #tokens = new Map<number, number>();
  /** Lines with their ends; a job of the recording may come between two of them. */
  readonly #said: string[] = [];
  /** What the session will say when the next job comes. */
  #targetAhead = false;

  /** @param make the session of the dialect; is handed what decides on workers */
  constructor(lines: readonly RecordedLine[], make: (authorize: () => true | string) => Speaker) {
    this.#lines = lines;
    this.#speaker = make(() => this.#decision);
  }

  #decision: true | string = true;

  /** What the session has said, and the recorded pool has not. */
  get unsaid(): string {
    return this.#said.join('');
  }

  hear(line: RecordedLine): void {
    const place = this.#lines.indexOf(line);
    const answer = answerTo(this.#lines, place)?.message;
    const { reason, detail } = answer?.kind === 'response' ? refusalOf(answer.error) : {};
    this.#decision = reason === undefined ? true : (detail ?? '');
    const effects = this.#speaker.line(bytesOf(line.text), line.at);
    this.#take(effects);
    for (const effect of effects) {
      if (effect.kind !== 'submit') continue;
      this.#tokens.set(place, effect.token);
      const params = line.message.kind === 'request' ? line.message.params : [];
      this.submissions.push({ params, submission: effect.submission });
    }
  }

  /** @returns what the session says where the recorded pool said this line */
  say(line: RecordedLine): string {
    const { message, notice } = line;
    const wanted = `${line.text}\n`;
    if (!this.#said.includes(wanted)) {
      if (message.kind === 'response') this.#judge(line);
      else if (notice !== undefined) this.#tell(line, notice);
    }
    // It comes with its job.
    if (this.#targetAhead) return wanted;
    const place = Math.max(0, this.#said.indexOf(wanted));
    return this.#said.splice(place, 1)[0] ?? '';
  }

  #judge({ question, message, at }: RecordedLine): void {
    const token = question === undefined ? undefined : this.#tokens.get(question);
    if (token === undefined || message.kind !== 'response') return;
    const { reason, detail } = refusalOf(message.error);
    const verdict: Verdict =
      reason === undefined
        ? { accepted: true, weight: 1n }
        : { accepted: false, reason, ...(detail === undefined ? {} : { detail }) };
    this.#take(this.#speaker.verdict(token, verdict, at));
  }

  #tell(line: RecordedLine, { method, params }: { method: string; params: readonly unknown[] }): void {
    if (method === 'mining.notify') {
      this.#take(this.#speaker.notify(line, params));
      if (!this.#targetAhead) return;
      // The line of its target was passed over, now its bytes are compared.
      const target = `${this.#lines[this.#lines.indexOf(line) - 1]?.text}\n`;
      const place = this.#said.indexOf(target);
      assert.notEqual(place, -1, target);
      this.#said.splice(place, 1);
      this.#targetAhead = false;
      return;
    }
    const target = targetFromHex(params[0], method === 'mining.set_target' ? 32 : 16);
    assert.ok(target !== undefined, line.text);
    this.#speaker.setTarget(target);
    this.#targetAhead = true;
  }

  #take(effects: Effects): void {
    const text = effects.map((effect) => (effect.kind === 'send' ? Buffer.from(effect.data as string) : ''));
    this.#said.push(
      ...text
        .join('')
        .split(/(?<=\n)/)
        .filter((line) => line !== ''),
    );
  }
}

type Authorize = () => true | string;

/** How the session of each dialect is made. A dialect without an entry does not compile. */
const SPEAKERS: Readonly<
  Record<Dialect, (nonce1: Uint8Array, session: unknown, authorize: Authorize) => Speaker>
> = {
  zcash: zcashSpeaker,
  truestratum: trueSpeaker,
};

/**
 * @param dialect of the recording; where it is not known, its lines are read as ZIP 301 has them
 * @param lines of one connection
 */
export function serverOf(dialect: Dialect | null, lines: readonly RecordedLine[]): RecordedServer {
  const reply = lines.find(({ asked }) => asked === 'mining.subscribe')?.message;
  const result = reply?.kind === 'response' && Array.isArray(reply.result) ? (reply.result as unknown[]) : [];
  const nonce1 = decodeHex(result[1], undefined, 'nonce1');
  const speaker = SPEAKERS[dialect ?? 'zcash'];
  return new RecordedServer(lines, (authorize) => speaker(nonce1, result[0], authorize));
}

function zcashSpeaker(nonce1: Uint8Array, session: unknown, authorize: Authorize): Speaker {
  const { prefix, solutionBytes } = equihashSizes(SMALL.equihash);
  let newest = -1;
  const server = new ZcashServerSession(
    {
      authorize,
      failedResult: null,
      solutionPrefix: prefix,
      solutionBytes,
      nonceLayout: 'leading',
      jobOnSubscribe: false,
    },
    { nonce1, sessionId: typeof session === 'string' ? session : null, targets: [{ from: 0, value: 1n }] },
  );
  return {
    line: (line, now) => server.line(line, now),
    verdict: (token, verdict, now) => server.verdict(token, verdict, now),
    setTarget: (target) => server.setTarget(target, newest + 1, 0),
    notify: ({ text }, [id, , , , , , , clean]) => {
      const sequence = jobSequenceOf(String(id));
      assert.ok(sequence !== undefined);
      newest = Math.max(newest, sequence);
      const bytes = bytesOf(`${text}\n`);
      const job = {
        sequence,
        order: sequence,
        cleanLine: bytes,
        keepLine: bytes,
        networkTarget: 0n,
        oldestKnown: 0,
      };
      return server.job(job, clean === true);
    },
  };
}

/** Longer than any recording: the session refreshes no job by itself. */
const NEVER = 1e12;

function trueSpeaker(nonce1: Uint8Array, names: unknown, authorize: Authorize): Speaker {
  let clock = 0;
  // As for a pool that binds nonces to nobody.
  let target = 1n;
  const sessionId = Array.isArray(names) ? String(names[1]) : '';
  const server = new TrueStratumServerSession(
    {
      authorize,
      failedResult: false,
      strictPrefix: false,
      refreshDelayMs: () => 10 * NEVER,
      seedsOf: () => undefined,
    },
    { nonce1, sessionId, targets: [], refreshMs: NEVER },
  );
  return {
    line: (line) => server.line(line, clock),
    verdict: (token, verdict) => server.verdict(token, verdict, clock),
    setTarget(next) {
      target = next;
    },
    notify: (_, [id, seedHash, headerHash, clean]) => {
      const job = parseTrueJobId(String(id));
      assert.ok(job !== undefined);
      if (!String(id).endsWith('0000')) {
        clock += NEVER;
        return server.tick(clock);
      }
      const hashes = { seedHash: String(seedHash), headerHash: String(headerHash) };
      return server.job(
        { sequence: job.sequence, order: job.sequence, ...hashes, target, networkTarget: 0n },
        clean === true,
        clock,
      );
    },
  };
}

/** The reason and its detail by the words of a recorded refusal. */
function refusalOf(error: unknown): { reason?: RejectReason; detail?: string } {
  if (!Array.isArray(error)) return {};
  const text = String(error[1]);
  for (const [reason, { text: words }] of Object.entries(REJECTS) as [RejectReason, { text: string }][]) {
    if (text === words) return { reason };
    if (text.startsWith(`${words}: `)) return { reason, detail: text.slice(words.length + 2) };
  }
  return assert.fail(`no reason has the words ${text}`);
}
