import { DIALECTS, reconnectLine } from '@adit/stratum';
import { shown } from '@adit/wire';
import { attack, field, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import type { MinerSession } from '../probe/miner-session.ts';
import { Trap } from '../probe/trap.ts';

export const reconnectHere: MinerCheck = {
  id: 'reconnect-here',
  title: 'after client.reconnect without a host the miner comes back to the same pool',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('client.reconnect()'), field('client.reconnect in TrueStratum')],
  sent: 'client.reconnect with no parameters',
  expected: 'the miner leaves, comes back, logs in and mines',
  run: async (probe) => await leavesFor(probe, await probe.session(), reconnectLine()),
};

export const reconnectNamed: MinerCheck = {
  id: 'reconnect-named',
  title: 'client.reconnect with the same host, a port and a wait is followed',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('client.reconnect()'), field('client.reconnect in TrueStratum')],
  sent: 'client.reconnect with the host and the port that the miner knows, and one second',
  expected: 'the miner leaves, comes back, logs in and mines',
  run: async (probe) => {
    const session = await probe.session();
    return await leavesFor(probe, session, reconnectLine({ ...homeOf(probe, session), waitSeconds: 1 }));
  },
};

/** The host and port by which the miner knows the probe. */
function homeOf(probe: MinerProbe, session: MinerSession): { readonly host: string; readonly port: number } {
  const request = session.request('mining.subscribe');
  const named = request === undefined ? undefined : probe.dialect.placeNamedIn(request);
  // Where the miner comes through a forwarder, the host that it names goes with the port that it names.
  return { host: named?.host ?? session.connection.localAddress, port: named?.port ?? probe.port };
}

async function leavesFor(probe: MinerProbe, session: MinerSession, line: string) {
  await probe.share(session);
  const sent = performance.now();
  session.connection.send(line);
  await session.connection.quiet(probe.limits.leaveMs);
  if (session.open && probe.arrivals === 0) {
    if (!probe.dialect.hasReconnect) return notApplicable('it does not follow client.reconnect');
    return fail(`it stayed on for ${seconds(probe.limits.leaveMs)}`);
  }
  const back = await probe.comesBack('it left');
  return pass(`it was back after ${seconds(back.connection.since - sent)}, and mines`);
}

/** Another address of this machine. Linux serves it without any set-up. */
const ELSEWHERE = '127.0.0.2';

export const reconnectElsewhere: MinerCheck = {
  id: 'reconnect-elsewhere',
  title: 'client.reconnect to another host is not followed',
  group: 'attack',
  dialects: DIALECTS,
  rules: [attack('T19')],
  sent: 'client.reconnect with another host, over a plain connection, into which an attacker could write',
  expected: 'the miner does not go there, and goes on mining here',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const trap = await Trap.open(ELSEWHERE, probe, homeOf(probe, session));
    try {
      const from = session.submissions.length;
      const elsewhere = { host: ELSEWHERE, waitSeconds: 0 };
      session.connection.send(reconnectLine({ ...elsewhere, port: trap.port }));
      session.connection.send(reconnectLine({ ...elsewhere, port: String(trap.port) }));
      await session.connection.until(() => trap.visitors > 0, probe.limits.leaveMs);
      if (trap.visitors === 0 && session.open) {
        await probe.share(session);
        session.noFaults(from);
        if (trap.visitors === 0) return pass('it stays, and goes on');
      }
      const back = await probe.back();
      if (trap.visitors > 0) {
        const home = back === undefined ? 'did not come home' : 'came home when that one sent it back';
        return fail(`it went to the other host, and ${home}`);
      }
      if (back === undefined) return fail('it left for the other host, and did not come back');
      await probe.share(back);
      return trap.visitors > 0
        ? fail('it went to the other host')
        : pass('it connected again, but only here');
    } finally {
      trap.close();
    }
  },
};

export const resume: MinerCheck = {
  id: 'resume',
  title: 'a miner that offers its session after a lost connection goes on as the pool answers',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Session Resuming'), trueStratumDocument(1)],
  sent: 'a session id, a loss of the connection, and the same nonce1 to a miner that brings the id back',
  expected: 'the id as it was, mining.authorize again, and valid shares under the old nonce1',
  run: async (probe) => {
    const sessionId = crypto.randomUUID().replaceAll('-', '');
    const session = await probe.login(await probe.freshSession({ sessionId }));
    await probe.share(session);
    const before = offeredOf(session, probe);
    session.close();
    const again = await probe.nextSession({
      hold: ['mining.subscribe'],
      sessionId,
      nonce1: session.nonce1Given,
      jobs: session.jobs,
    });
    const request = await again.asked('mining.subscribe');
    if (request === undefined) return fail('it came back and sent no mining.subscribe');
    const offered = offeredOf(again, probe);
    again.release('mining.subscribe');
    await probe.login(again);
    await probe.share(again);
    if (offered === sessionId)
      return pass('it brought the session id back, and goes on under the same nonce1');
    if (offered === undefined || offered === null || offered === '')
      return notApplicable('it offers no session id');
    // The Zcash document lets a miner send a number of its own. Such a number is not the session of another pool.
    if (Number.isSafeInteger(offered) && offered === before)
      return notApplicable('it offers a number of its own, the same before and after');
    return fail(`it offers the session ${shown(offered)}, which it was not given`);
  },
};

/** The session id in the miner's first mining.subscribe. */
function offeredOf(session: MinerSession, probe: MinerProbe): unknown {
  return session.request('mining.subscribe')?.params[probe.dialect.sessionIdPlace];
}

export const cutMidLine: MinerCheck = {
  id: 'cut-mid-line',
  title: 'half a message before a lost connection is ignored',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Specification')],
  sent: 'the first half of a clean job, and the end of the connection',
  expected: 'the miner comes back, logs in and mines',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const { lines } = session.prepareJob();
    session.connection.bytes(lines.slice(0, lines.length / 2));
    await session.connection.quiet(probe.limits.paceMs);
    session.close();
    const back = await probe.comesBack('it lost the connection');
    return pass(
      `it was back after ${seconds(back.connection.since - session.connection.closedAt)}, and mines`,
    );
  },
};

/** How often the probe turns the miner away. */
const TURNED_AWAY = 3;

export const doesNotHammer: MinerCheck = {
  id: 'does-not-hammer',
  title: 'a miner that is turned away waits before it tries again',
  group: 'attack',
  dialects: DIALECTS,
  rules: [attack('T23'), field('pools that ban an address for connecting too often')],
  sent: 'an error and the end of the connection, three times',
  expected: 'a pause before each attempt, and mining when it is let in',
  run: async (probe) => {
    await probe.dismiss();
    const gaps: number[] = [];
    let closedAt = 0;
    for (let i = 0; i < TURNED_AWAY; i += 1) {
      const connection = await probe.nextConnection(probe.limits.returnMs);
      if (connection === undefined)
        return fail(`after ${i} refusals it did not come back within ${seconds(probe.limits.returnMs)}`);
      if (i > 0) gaps.push(connection.since - closedAt);
      connection.send('{"id":null,"result":null,"error":[20,"Too many connections: try again later",null]}');
      connection.close();
      closedAt = performance.now();
    }
    const back = await probe.back();
    if (back === undefined) return fail('it did not come back after it had been turned away');
    gaps.push(back.connection.since - closedAt);
    const shortest = Math.min(...gaps);
    if (shortest < probe.limits.hammerMs) return fail(`it tried again after ${Math.round(shortest)} ms`);
    await probe.share(back);
    return pass(`it waited at least ${seconds(shortest)}, and mines now`);
  },
};
