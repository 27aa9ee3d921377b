import { once } from 'node:events';
import { createServer } from 'node:net';
import { reconnectLine } from '@adit/stratum';
import { fail, notApplicable, pass } from '../../report/finding.ts';
import { attack, field, trueDocument, zip301 } from '../../rules.ts';
import { shown } from '../../wire/printable.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import type { MinerSeat } from '../seat.ts';
import { seconds } from '../seat.ts';
import type { MinerStage } from '../stage.ts';

export const reconnectHere: MinerCheck = {
  id: 'reconnect-here',
  title: 'client.reconnect without a place brings the miner back to the same one',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('client.reconnect()'), field('client.reconnect in TrueStratum')],
  sent: 'client.reconnect with no parameters',
  expected: 'the miner leaves, comes back, logs in and mines',
  run: async (stage) => await leavesFor(stage, await stage.seat(), reconnectLine()),
};

export const reconnectNamed: MinerCheck = {
  id: 'reconnect-named',
  title: 'client.reconnect with the same host, a port and a wait is followed',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('client.reconnect()'), field('client.reconnect in TrueStratum')],
  sent: 'client.reconnect with the host and the port that the miner knows, and one second',
  expected: 'the miner leaves, comes back, logs in and mines',
  run: async (stage) => {
    const seat = await stage.seat();
    const request = seat.requests.find(({ method }) => method === 'mining.subscribe');
    const named = request === undefined ? undefined : stage.dialect.placeNamedIn(request);
    const host = named?.host ?? seat.link.localAddress;
    // Behind a forwarder its port is the one that belongs to its host.
    const port = named?.port ?? stage.port;
    return await leavesFor(stage, seat, reconnectLine({ host, port, waitSeconds: 1 }));
  },
};

async function leavesFor(stage: MinerStage, seat: MinerSeat, line: string) {
  await stage.share(seat);
  const sent = performance.now();
  seat.link.send(line);
  await seat.link.quiet(stage.limits.leaveMs);
  if (seat.open && stage.arrivals === 0) {
    if (!stage.dialect.hasReconnect) return notApplicable('it does not follow client.reconnect');
    return fail(`it stayed on for ${seconds(stage.limits.leaveMs)}`);
  }
  const back = await stage.back();
  if (back === undefined)
    return fail(`it did not come back and log in within ${seconds(stage.limits.returnMs)}`);
  await stage.share(back);
  return pass(`it was back after ${seconds(back.link.since - sent)}, and mines`);
}

/** Another place on this machine, which on Linux needs no set-up. */
const ELSEWHERE = '127.0.0.2';

export const reconnectElsewhere: MinerCheck = {
  id: 'reconnect-elsewhere',
  title: 'client.reconnect to another host is not followed',
  group: 'attack',
  dialects: BOTH,
  rules: [attack('T19')],
  sent: 'client.reconnect with another host, over a connection that anybody could have written to',
  expected: 'the miner does not go there, and goes on mining here',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    let visitors = 0;
    const trap = createServer((socket) => {
      visitors += 1;
      socket.destroy();
    });
    trap.on('error', () => {});
    try {
      trap.listen(0, ELSEWHERE);
      await Promise.race([once(trap, 'listening'), once(trap, 'close')]).catch(() => {});
      const address = trap.address();
      const port = typeof address === 'object' && address !== null ? address.port : stage.port;
      const from = seat.submissions.length;
      seat.link.send(reconnectLine({ host: ELSEWHERE, port, waitSeconds: 0 }));
      seat.link.send(reconnectLine({ host: ELSEWHERE, port: String(port), waitSeconds: 0 }));
      await seat.link.until(() => visitors > 0, stage.limits.leaveMs);
      if (visitors > 0) return fail('it went to the other host');
      if (!seat.open) {
        const back = await stage.back();
        if (visitors > 0) return fail('it went to the other host');
        if (back === undefined) return fail('it left for the other host, and did not come back');
        await stage.share(back);
        return visitors > 0 ? fail('it went to the other host') : pass('it connected again, but only here');
      }
      await stage.share(seat);
      seat.noFaults(from);
      return visitors > 0 ? fail('it went to the other host') : pass('it stays, and goes on');
    } finally {
      trap.close();
    }
  },
};

export const resume: MinerCheck = {
  id: 'resume',
  title: 'after a lost connection a miner that offers its session goes on with it as the pool answers',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('Session Resuming'), trueDocument(1)],
  sent: 'a session id, a loss of the connection, and the same nonce1 to a miner that brings the id back',
  expected: 'the id as it was, mining.authorize again, and valid shares under the old nonce1',
  run: async (stage) => {
    const sessionId = crypto.randomUUID().replaceAll('-', '');
    const seat = await stage.login(await stage.fresh({ sessionId }));
    await stage.share(seat);
    const before = offeredOf(seat, stage);
    seat.close();
    const again = await stage.sit({
      hold: ['mining.subscribe'],
      sessionId,
      nonce1: seat.nonce1Given,
      jobs: seat.jobs,
    });
    const request = await again.asked('mining.subscribe');
    if (request === undefined) return fail('it came back and sent no mining.subscribe');
    const offered = offeredOf(again, stage);
    again.release('mining.subscribe');
    await stage.login(again);
    await stage.share(again);
    if (offered === sessionId)
      return pass('it brought the session id back, and goes on under the same nonce1');
    if (offered === undefined || offered === null || offered === '')
      return notApplicable('it offers no session id');
    // A number of its own, as the Zcash document has one, is no session that it was given by another pool.
    if (Number.isSafeInteger(offered) && offered === before)
      return notApplicable('it offers a number of its own, the same before and after');
    return fail(`it offers the session ${shown(offered)}, which it was not given`);
  },
};

/** The session id in its first mining.subscribe. */
function offeredOf({ requests }: MinerSeat, stage: MinerStage): unknown {
  const request = requests.find(({ method }) => method === 'mining.subscribe');
  return request?.params[stage.dialect.sessionIdPlace];
}

export const cutMidLine: MinerCheck = {
  id: 'cut-mid-line',
  title: 'half a message before the connection is lost is no message',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('Specification')],
  sent: 'the first half of a clean job, and the end of the connection',
  expected: 'the miner comes back, logs in and mines',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const { lines } = seat.prepareJob();
    seat.link.bytes(lines.slice(0, lines.length / 2));
    await seat.link.quiet(stage.limits.paceMs);
    seat.close();
    const back = await stage.back();
    if (back === undefined)
      return fail(`it did not come back and log in within ${seconds(stage.limits.returnMs)}`);
    await stage.share(back);
    return pass(`it was back after ${seconds(back.link.since - seat.link.closedAt)}, and mines`);
  },
};

/** How often the miner is turned away. */
const TURNED_AWAY = 3;

export const doesNotHammer: MinerCheck = {
  id: 'does-not-hammer',
  title: 'a miner that is turned away waits before it tries again',
  group: 'attack',
  dialects: BOTH,
  rules: [attack('T23'), field('pools that ban an address for connecting too often')],
  sent: 'an error and the end of the connection, three times',
  expected: 'a pause before each attempt, and mining when it is let in',
  run: async (stage) => {
    await stage.dismiss();
    const gaps: number[] = [];
    let closedAt = 0;
    for (let i = 0; i < TURNED_AWAY; i += 1) {
      const link = await stage.connection(stage.limits.returnMs);
      if (link === undefined)
        return fail(`after ${i} refusals it did not come back within ${seconds(stage.limits.returnMs)}`);
      if (i > 0) gaps.push(link.since - closedAt);
      link.send('{"id":null,"result":null,"error":[20,"Too many connections: try again later",null]}');
      link.close();
      closedAt = performance.now();
    }
    const back = await stage.back();
    if (back === undefined) return fail('it did not come back after it had been turned away');
    gaps.push(back.link.since - closedAt);
    const shortest = Math.min(...gaps);
    if (shortest < stage.limits.hammerMs) return fail(`it tried again after ${Math.round(shortest)} ms`);
    await stage.share(back);
    return pass(`it waited at least ${seconds(shortest)}, and mines now`);
  },
};
