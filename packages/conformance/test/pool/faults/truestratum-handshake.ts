import { isMethod, isReply, onMethod, rewrite, withParam } from '../../support/fault.ts';
import type { FaultCases } from './fault-case.ts';

export const TRUE_HANDSHAKE_FAULTS: FaultCases = {
  'true-subscribe-first-line': {
    does: 'greets whoever connects',
    opened: (connection) => connection.say('{"id":null,"method":"client.show_message","params":["hello"]}'),
  },
  'true-subscribe-reply': {
    does: 'leaves the miner no bytes of its own',
    ...rewrite(isReply, (reply) =>
      Array.isArray(reply['result']) ? { ...reply, result: reply['result'].with(2, 0) } : reply,
    ),
  },
  'true-subscribe-params': {
    does: 'knows version 1.0.0 alone',
    ...onMethod('mining.subscribe', (message) =>
      (message['params'] as unknown[])[1] === 'TrueStratum/0.1.0' ? undefined : message,
    ),
  },
  'true-authorize-reply': {
    does: 'leaves the error out of its answers',
    ...rewrite(
      (message) => isReply(message) && message['result'] === true,
      ({ id, result }) => ({ id, result }),
    ),
  },
  'true-target-before-job': {
    does: 'never says its target',
    ...rewrite(isMethod('mining.set_difficulty'), () => undefined),
  },
  'true-target-encoding': {
    does: "sends 16 digits like the document's example",
    ...rewrite(isMethod('mining.set_difficulty'), (message) =>
      withParam(message, 0, String((message['params'] as unknown[])[0]).slice(0, 16)),
    ),
  },
  'true-notify-shape': {
    does: 'writes 0x before the seedhash',
    ...rewrite(isMethod('mining.notify'), (message) =>
      withParam(message, 1, `0x${(message['params'] as unknown[])[1]}`),
    ),
  },
  'true-job-id-length': {
    does: 'has job ids of 140 characters',
    ...rewrite(isMethod('mining.notify'), (message) =>
      withParam(message, 0, String((message['params'] as unknown[])[0]).padStart(140, '0')),
    ),
  },
  'true-extranonce-ranges': {
    does: 'gives one connection the range that others share',
    nonce1: (n) => (n % 4 === 0 ? Uint8Array.of(7) : Uint8Array.of(7, n)),
  },
  'true-get-version': {
    does: 'asks for the version without an id',
    healthy: 'not_applicable',
    ...onMethod('mining.authorize', (message, connection) => {
      connection.say('{"id":null,"method":"client.get_version","params":[]}');
      return message;
    }),
  },
};
