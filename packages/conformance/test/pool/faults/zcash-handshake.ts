import { isMethod, isReply, onMethod, rewrite, withParam } from '../../support/fault.ts';
import type { FaultCases } from './fault-case.ts';

export const ZCASH_HANDSHAKE_FAULTS: FaultCases = {
  'zcash-subscribe-reply': {
    does: 'answers with nonce1 and session id in the wrong order',
    ...rewrite(isReply, (reply) =>
      Array.isArray(reply['result']) ? { ...reply, result: [...reply['result']].reverse() } : reply,
    ),
    sessionId: () => null,
  },
  'zcash-subscribe-params': {
    does: 'wants the port as a number',
    ...onMethod('mining.subscribe', (message) =>
      typeof (message['params'] as unknown[])[3] === 'number' ? message : undefined,
    ),
  },
  'zcash-authorize-reply': {
    does: 'leaves the error out of its answers',
    ...rewrite(
      (message) => isReply(message) && message['result'] === true,
      ({ id, result }) => ({ id, result }),
    ),
  },
  'zcash-target-before-job': {
    does: 'never says its target',
    ...rewrite(isMethod('mining.set_target'), () => undefined),
  },
  'zcash-target-encoding': {
    does: 'leaves out leading zeros of the target',
    ...rewrite(isMethod('mining.set_target'), (message) =>
      withParam(message, 0, String((message['params'] as unknown[])[0]).slice(2)),
    ),
  },
  'zcash-notify-shape': {
    does: 'sends the time as a number',
    ...rewrite(isMethod('mining.notify'), (message) => withParam(message, 5, 1_700_000_000)),
  },
  'zcash-authorize-first': {
    does: 'says nothing to who authorises first',
    incoming: (line, connection) => {
      if (line.includes('mining.subscribe')) connection.memory.set('subscribed', true);
      return line.includes('mining.authorize') && !connection.memory.has('subscribed') ? undefined : line;
    },
  },
};
