import { targetFromHex, targetToHex } from '@adit/primitives';
import { type Fault, type FaultyConnection, isMethod, type Json } from '../../support/fault.ts';
import { TEST_LIMITS } from '../../support/options.ts';
import type { FaultCases } from './fault-case.ts';
import { parsed } from './misbehaviour.ts';

/** A job id that the test pools do not give out themselves. */
const SECOND_ID = 'fffffff0';
const isNotify = isMethod('mining.notify');
const isTarget = (message: Json): boolean =>
  /^mining\.set_(target|difficulty)$/.test(String(message['method']));

/** Whether a line holds a wish: a suggested target, or `d=`. This pool then makes the target eight times as easy. */
export function wishOf(line: string, { memory }: FaultyConnection): string | undefined {
  const { method, params } = parsed(line) ?? {};
  const [first, password] = Array.isArray(params) ? (params as unknown[]) : [];
  if (method === 'mining.suggest_target') return String(first);
  if (method !== 'mining.authorize' || !String(password).includes('d=')) return undefined;
  const now = memory.get('target');
  return typeof now === 'string' ? easier(now) : undefined;
}

/** Makes a target eight times as easy, or the easiest. */
export function easier(text: string): string {
  const bytes = text.length === 64 ? 32 : 16;
  const most = (1n << BigInt(8 * bytes)) - 1n;
  const target = (targetFromHex(text, bytes) ?? 0n) * 8n;
  return targetToHex(target < most ? target : most, bytes);
}

/** Keeps the target and the job that a connection got. */
export function remember(line: string, { memory }: FaultyConnection): string {
  const message = JSON.parse(line) as Json;
  if (isTarget(message)) memory.set('target', (message['params'] as string[])[0]);
  if (isNotify(message)) memory.set('job', message);
  return line;
}

/**
 * Sends the job again under another id as soon as a miner wishes for a target, which holds for that id. Shares that are
 * too high for the first target are accepted under that id, because the probe sends no other ones.
 */
export const SECOND_JOB_ID: Pick<Fault, 'incoming' | 'outgoing' | 'verdict'> = {
  outgoing: remember,
  incoming: (line, connection) => {
    const { memory, say } = connection;
    const wish = wishOf(line, connection);
    const job = memory.get('job') as Json | undefined;
    if (wish !== undefined && job !== undefined) {
      const [id, ...fields] = job['params'] as unknown[];
      say(JSON.stringify({ id: null, method: 'mining.set_target', params: [wish] }));
      say(JSON.stringify({ id: null, method: 'mining.notify', params: [SECOND_ID, ...fields] }));
      memory.set('first', id);
      return line;
    }
    memory.set('second', line.includes(`"${SECOND_ID}"`));
    return line.replace(`"${SECOND_ID}"`, `"${String(memory.get('first'))}"`);
  },
  verdict: (keep, _submission, { memory }) => {
    if (keep.accepted || keep.reason !== 'low_difficulty' || memory.get('second') !== true) return keep;
    return { accepted: true, weight: 1n };
  },
};

/** A connection with a wish in its password has its own target from its first job on, for any header. */
export const OWN_TARGET: Pick<Fault, 'incoming' | 'outgoing' | 'verdict'> = {
  incoming: (line, { memory }) => {
    if (line.includes('mining.authorize') && line.includes('d=') && !memory.has('job'))
      memory.set('easy', true);
    return line;
  },
  outgoing: (line, connection) => {
    const message = JSON.parse(line) as Json;
    remember(line, connection);
    if (!isTarget(message) || !connection.memory.has('easy')) return line;
    return JSON.stringify({ ...message, params: [easier((message['params'] as string[])[0] ?? '')] });
  },
  verdict: (keep, _submission, { memory }) => {
    if (keep.accepted || keep.reason !== 'low_difficulty' || !memory.has('easy')) return keep;
    return { accepted: true, weight: 1n };
  },
};

export const ONE_PRICE_ZCASH_FAULTS: FaultCases = {
  'zcash-one-price': {
    does: 'gives one header two ids with two targets',
    rig: { jobEveryMs: 1_500, followsSuggestions: true },
    probe: { limits: { ...TEST_LIMITS, jobMs: 20_000 } },
    ...SECOND_JOB_ID,
  },
  'zcash-late-wish': { does: 'grants a wish for work that there was', ...OWN_TARGET },
};

export const ONE_PRICE_TRUE_FAULTS: FaultCases = {
  'true-one-price': {
    does: 'gives one header to two connections with two targets, and holds nobody to a range',
    healthy: 'not_applicable',
    ...OWN_TARGET,
  },
};
