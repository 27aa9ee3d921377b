import { onMethod } from '../../support/fault.ts';
import { recoded } from './common-messages.ts';
import type { FaultCases } from './fault-case.ts';
import { diesOf, parsed, paysWhen } from './misbehaviour.ts';

const ZERO = { zcash: '0'.repeat(64), truestratum: '0'.repeat(32) };

/** Faults about logins and duplicates. */
export function commonLoginFaults(dialect: 'zcash' | 'truestratum'): FaultCases {
  return {
    'several-workers': {
      does: 'knows the first worker of a connection only',
      ...onMethod('mining.submit', (message) => {
        const [worker, ...rest] = message['params'] as unknown[];
        return String(worker).endsWith('probe2') ? { ...message, params: ['nobody', ...rest] } : message;
      }),
    },
    'unauthorized-worker': {
      does: 'pays whoever is named',
      ...onMethod('mining.submit', (message) => {
        const [, ...rest] = message['params'] as unknown[];
        return { ...message, params: ['alice.rig1', ...rest] };
      }),
    },
    'many-workers': {
      does: 'closes at the tenth worker',
      incoming: (line, { socket }) => {
        if (line.includes('probe10')) socket.destroy();
        return line;
      },
    },
    'authorize-again': {
      does: 'refuses a worker that it knows',
      incoming: (line, connection) => {
        if (!line.includes('mining.authorize')) return line;
        const known = connection.memory.has('known');
        connection.memory.set('known', true);
        return known ? line.replace('alice.rig1', '') : line;
      },
    },
    'odd-passwords': {
      does: 'dies of a password that is a number',
      ...diesOf((line) => line.includes('"alice.rig1",7]')),
    },
    'submit-before-authorize': {
      does: 'pays who did not log in',
      ...paysWhen(() => true),
    },
    'submit-before-subscribe': {
      does: 'pays who never subscribed',
      ...paysWhen(() => true),
    },
    'subscribe-twice': {
      does: 'forgets the workers of who asks again',
      incoming: (line, { memory }) => {
        const { method, params } = parsed(line) ?? {};
        if (method === 'mining.subscribe') memory.set('asked', Number(memory.get('asked') ?? 0) + 1);
        if (method !== 'mining.submit' || memory.get('asked') !== 2) return line;
        return JSON.stringify({ ...parsed(line), params: ['nobody', ...(params as unknown[]).slice(1)] });
      },
    },
    'nonce1-unique': {
      does: 'has one nonce1 for all',
      nonce1: () => Uint8Array.of(1, 2),
    },
    'share-accepted': {
      does: 'accepts nothing',
      verdict: () => ({ accepted: false, reason: 'low_difficulty' }),
    },
    'share-twice': {
      does: 'pays twice',
      verdict: (keep) =>
        !keep.accepted && keep.reason === 'duplicate_share' ? { accepted: true, weight: 1n } : keep,
    },
    'share-twice-at-once': {
      does: 'pays twice',
      verdict: (keep) =>
        !keep.accepted && keep.reason === 'duplicate_share' ? { accepted: true, weight: 1n } : keep,
    },
    'share-other-worker': {
      does: 'pays each worker',
      ...paysWhen(([worker]) => String(worker).endsWith('probe2')),
    },
    'share-other-connection': {
      does: 'knows what was paid on the same connection only',
      ...paysWhen((params, connection) => {
        const key = params.join();
        const first = connection.shared.get(key) ?? connection;
        connection.shared.set(key, first);
        return first !== connection;
      }),
    },
    'share-after-reconnect': {
      does: 'forgets with the connection what was paid',
      ...paysWhen((params, connection) => {
        const key = params.join();
        const first = connection.shared.get(key) ?? connection;
        connection.shared.set(key, first);
        return first !== connection && connection.all.size === 1;
      }),
    },
    'unknown-job': {
      does: 'says another reason',
      ...recoded(dialect === 'zcash' ? 21 : -1, 20),
    },
    'hostile-job-ids': {
      does: 'takes blanks off job ids',
      ...onMethod('mining.submit', (message) => {
        const [worker, id, ...rest] = message['params'] as unknown[];
        return { ...message, params: [worker, typeof id === 'string' ? id.trimEnd() : id, ...rest] };
      }),
    },
    'password-difficulty': {
      does: 'divides by what stands in the password',
      incoming: (line, connection) => {
        const password = (parsed(line)?.['params'] as unknown[] | undefined)?.[1];
        if (String(password).endsWith('d=1e400')) connection.memory.set('zero', true);
        return line;
      },
      outgoing: (line, connection) => {
        const isTarget = /"mining.set_(target|difficulty)"/.test(line) && connection.memory.has('zero');
        return isTarget ? line.replace(/\["[0-9a-f]+"\]/, `["${ZERO[dialect]}"]`) : line;
      },
    },
  };
}
