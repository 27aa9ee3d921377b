import type { PoolEvent } from '@adit/pool';
import { decimal, text, whole, word } from './format.ts';
import { type Lines, MOST_NEWS } from './line.ts';
import { plain } from './plain.ts';

type Kind =
  | 'listening'
  | 'certificate_taken'
  | 'connected'
  | 'disconnected'
  | 'connection_refused'
  | 'subscribed'
  | 'authorized'
  | 'login_refused'
  | 'target_changed';

export const CONNECTION_LINES: Lines<PoolEvent, Kind> = {
  listening: {
    when: 'a port listens; `number` is the TCP port',
    levels: ['info'],
    fields: { port: text, host: text, number: whole },
    say: ({ port, host, number }) => ({ level: 'info', text: `${port} listens on ${host}:${number}` }),
    gather: undefined,
  },
  certificate_taken: {
    when: 'a port with TLS uses a new certificate from now on; it ends at `endsMs`, in milliseconds since 1970',
    levels: ['info'],
    fields: { port: text, endsMs: whole },
    say: ({ port, endsMs }) => ({
      level: 'info',
      text: `${port} uses a new certificate, which ends on ${new Date(endsMs).toISOString().slice(0, 10)}`,
    }),
    gather: undefined,
  },
  connected: {
    when: 'a connection was taken',
    levels: ['debug'],
    fields: { port: text, address: text, connection: whole },
    say: () => ({ level: 'debug', text: 'a miner connected' }),
    gather: undefined,
  },
  disconnected: {
    when: 'it has ended. `cause` is from a closed list: [reasons.md](reasons.md#why-connections-end)',
    levels: ['debug'],
    fields: { port: text, address: text, connection: whole, cause: word, detail: text },
    say: ({ detail }) => ({ level: 'debug', text: `a connection ended: ${plain(detail)}` }),
    gather: undefined,
  },
  connection_refused: {
    when: 'a connection was not taken, or not kept after its first bytes: [reasons.md](reasons.md#connections-that-are-refused)',
    levels: ['warn'],
    fields: { port: text, address: text, because: word, detail: text },
    say: ({ detail }) => ({ level: 'warn', text: `a connection was refused: ${plain(detail)}` }),
    gather: { by: ['because'], told: 1 },
  },
  subscribed: {
    when: 'a miner subscribed',
    levels: ['debug'],
    fields: { port: text, connection: whole, agent: text },
    say: () => ({ level: 'debug', text: 'a miner subscribed' }),
    gather: undefined,
  },
  authorized: {
    when: 'a worker was let in',
    levels: ['info'],
    fields: { port: text, address: text, connection: whole, worker: text },
    say: ({ worker }) => ({ level: 'info', text: `${plain(worker)} mines` }),
    gather: { by: [], told: MOST_NEWS },
  },
  login_refused: {
    when: 'a worker was not let in: `detail` is what the miner was told',
    levels: ['info'],
    fields: { port: text, address: text, connection: whole, worker: text, detail: text },
    say: ({ worker, address, detail }) => ({
      level: 'info',
      text: `${plain(worker) || 'a worker without a name'} at ${address} is not let in: ${plain(detail)}`,
    }),
    gather: { by: ['port'], told: 10 },
  },
  target_changed: {
    when: 'a connection is to have another target, with shares of this weight',
    levels: ['debug'],
    fields: { port: text, connection: whole, weight: decimal },
    say: () => ({ level: 'debug', text: 'share target changed' }),
    gather: undefined,
  },
};
