import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { attack, field, zip301 } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import { inWords, isRefused, judgeAccepted } from '../probe/replies.ts';
import { stillTalks } from '../tools/messages.ts';
import { ifServes } from '../tools/still-serves.ts';

const VISITS = 30;

/** Checks of how connections live and end, and of what else may come to the port. */
export const CONNECTIONS: readonly PoolCheck[] = [
  {
    id: 'quiet-miner',
    title: 'a miner that finds nothing for a while stays connected',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('Specification'), field('shares may be minutes apart')],
    sent: 'mining.subscribe and mining.authorize, then nothing',
    expected: 'the connection stays, and answers afterwards',
    run: async (probe) => {
      const { connection } = await probe.login();
      if (await connection.ends(probe.options.limits.quietMs)) return fail(`${connection.closed}`);
      return (await stillTalks(probe, connection)) ? pass('it stays') : fail('no answer any more');
    },
  },
  {
    id: 'wrong-share',
    title: 'a wrong share is refused, and costs neither the connection nor the next share',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [zip301('mining.submit()'), field('a bad chip spoils some shares')],
    sent: 'a submission that is not a share, then a right one',
    expected: 'an error, then true',
    run: async (probe) => {
      const session = await probe.login();
      const reply = await session.submit(await session.wrong());
      if (!isRefused(reply)) return fail(`the wrong one: ${inWords(reply)}${session.connection.ending}`);
      const next = await session.submitFresh();
      return judgeAccepted(next, `the wrong one: ${inWords(reply)}; the right one`);
    },
  },
  {
    id: 'half-close',
    title: 'a connection that one side has ended is answered and ended by the other',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T15'), field('scripts that ask one question')],
    sent: "mining.subscribe, then the end of the probe's half of the connection",
    expected:
      'the answer, and the end of the other half: a pool that keeps it open holds a place for nothing',
    run: async (probe) => {
      if (probe.options.tls !== undefined) return notApplicable('TLS ends both halves at once');
      const connection = await probe.open();
      const id = connection.ask('mining.subscribe', probe.subscribeParams());
      connection.halfClose();
      const reply = await connection.reply(id);
      const what = reply === undefined ? 'not answered' : 'answered';
      if (!(await connection.ends())) return fail(`${what}, and never closed`);
      if (reply !== undefined) return await ifServes(probe, pass(`answered, then ${connection.closed}`));
      return notApplicable('the pool takes the end of one half for the end of all, as it may');
    },
  },
  {
    id: 'http-request',
    title: 'an HTTP request gets no page from the port',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T15')],
    sent: 'GET / HTTP/1.1',
    expected: 'the end of the connection, or an HTTP error; never 2xx or 3xx',
    run: async (probe) => {
      const connection = await probe.open();
      const { host } = probe.options;
      connection.bytes(`GET / HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`, 'GET / HTTP/1.1');
      await connection.ends(probe.options.limits.quietMs);
      const served = connection.received.find(({ text }) => /^HTTP\/\S+ [23]/.test(text));
      if (served !== undefined) return fail(`answered by ${shown(served.text)}`);
      const first = connection.received[0];
      const said = first === undefined ? 'nothing said' : shown(first.text);
      return await ifServes(probe, pass(`${said}, ${connection.closed ?? 'still open'}`));
    },
  },
  {
    id: 'tls-hello',
    title: 'TLS on a plain port does no harm',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T15')],
    sent: "the beginning of a TLS handshake as the connection's first bytes",
    expected: 'the connection ends, or nothing comes of it; the pool serves on',
    run: async (probe) => {
      if (probe.options.tls !== undefined) return notApplicable('the port speaks TLS');
      const connection = await probe.open();
      connection.bytes(clientHello(), 'a TLS client hello');
      await connection.ends(probe.options.limits.quietMs);
      return await ifServes(probe, pass(connection.closed ?? 'still open'));
    },
  },
  {
    id: 'quick-visits',
    title: 'a pool forgets connections that come and go',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T17')],
    sent: `${VISITS} connections, each dropped at once, half of them after mining.subscribe`,
    expected: 'a login afterwards works',
    run: async (probe) => {
      for (let i = 0; i < VISITS; i += 1) {
        const connection = await probe.open();
        if (i % 2 === 0) connection.ask('mining.subscribe', probe.subscribeParams());
        connection.close();
      }
      return (await probe.serves()) ? pass('served') : fail('the pool no longer serves');
    },
  },
];

/** A TLS 1.2 record with the head of a client hello. A pool does not read further than the head. */
function clientHello(): Uint8Array {
  const hello = new Uint8Array(5 + 512);
  crypto.getRandomValues(hello);
  hello.set([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
  return hello;
}
