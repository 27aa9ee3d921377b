import type { Target } from '../engine.ts';
import { fromText } from '../mutate.ts';
import { LOGIN } from '../seeds.ts';
import { bytesTarget } from './bytes.ts';
import {
  TRUE_LOGIN,
  trueClient,
  trueClientTarget,
  ZCASH_LOGIN,
  zcashClient,
  zcashClientTarget,
} from './client.ts';
import { longLineTarget } from './long-lines.ts';
import { type OpenSession, serverTarget } from './server.ts';
import { TRUE_VARIANTS, ZCASH_VARIANTS } from './server-variants.ts';

/** All targets that need no socket. */
export function sessionTargets(): readonly Target<unknown>[] {
  const targets = [
    bytesTarget,
    serverTarget('zcash server', ZCASH_VARIANTS),
    serverTarget('truestratum server', TRUE_VARIANTS),
    zcashClientTarget,
    trueClientTarget,
    longLineTarget('long lines to a server', [...ZCASH_VARIANTS, ...TRUE_VARIANTS].map(loggedIn), false),
    longLineTarget('long lines to a client', heardClients(), true),
  ];
  return targets as readonly Target<unknown>[];
}

/** Makes new client sessions that have a job. */
export function heardClients() {
  return [
    () => heard(zcashClient({}), ZCASH_LOGIN),
    () => heard(trueClient({}), TRUE_LOGIN),
    () => {
      const client = heard(trueClient({}), TRUE_LOGIN);
      client.seeds?.('0000002a0000');
      return client;
    },
  ] as const;
}

/** Makes a new server session whose miner has subscribed and authorised, and has a job. */
export function loggedIn(open: OpenSession) {
  return () => {
    const driven = open({ authorize: () => true, resume: () => undefined }, 1);
    driven.job(1, true, 0);
    for (const line of LOGIN) driven.session.line(Buffer.from(line, 'latin1'), 0);
    return { line: (line: Uint8Array) => driven.session.line(line, 0) };
  };
}

function heard<C extends { open(): unknown; line(line: Uint8Array): unknown }>(
  client: C,
  login: readonly string[],
): C {
  client.open();
  for (const line of login) client.line(Buffer.from(fromText(line), 'latin1'));
  return client;
}
