import { DIALECTS, notificationLine, requestLine, showMessageLine } from '@adit/stratum';
import { printable } from '@adit/wire';
import { field, JSON_RPC, zip301 } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { MinerCheck } from '../check.ts';
import { unknownNotification } from '../probe/miner-probe.ts';

export const crlfLines: MinerCheck = {
  id: 'crlf-lines',
  title: 'lines that end in CR LF are read like others',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [field('pools that end lines with CR LF')],
  sent: 'target and clean job, each line ended by CR LF',
  expected: 'valid shares of that job',
  run: async (probe) => {
    const session = await probe.session();
    const { job, lines } = session.prepareJob();
    session.connection.bytes(lines.replaceAll('\n', '\r\n'));
    await session.shareOf(job);
    return pass('it mines the job');
  },
};

export const oneByte: MinerCheck = {
  id: 'one-byte-pieces',
  title: 'a message may come in pieces of one byte',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Specification')],
  sent: 'target and clean job byte by byte',
  expected: 'valid shares of that job',
  run: async (probe) => {
    const session = await probe.session();
    const { job, lines } = session.prepareJob();
    await session.connection.slowly(lines);
    await session.shareOf(job);
    return pass('it mines the job');
  },
};

export const onePacket: MinerCheck = {
  id: 'many-lines-in-one-packet',
  title: 'several messages may come in one packet',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [zip301('Specification')],
  sent: 'an old job, a notification that means nothing, a word to the user, a target and a clean job in one packet',
  expected: 'valid shares of the last job',
  run: async (probe) => {
    const session = await probe.session();
    const old = session.prepareJob();
    const target = probe.dialect.targetLine(1n);
    session.target = 1n;
    const good = session.prepareJob();
    session.connection.bytes(
      old.lines + unknownNotification() + showMessageLine('a word from the pool') + target + good.lines,
    );
    await session.shareOf(good.job);
    return pass('it mines the last job');
  },
};

export const unknownNotice: MinerCheck = {
  id: 'unknown-notification',
  title: 'a notification that means nothing to the miner is ignored',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [field('pools with messages of their own'), JSON_RPC],
  sent: 'notifications of unknown names, with the id null, without an id, and without params',
  expected: 'the miner goes on with the job that it has, and with a new one',
  run: async (probe) => {
    const session = await probe.session();
    await probe.share(session);
    const from = session.submissions.length;
    session.connection.send(unknownNotification());
    session.connection.send('{"method":"mining.probe_unknown","params":[]}');
    session.connection.send('{"id":null,"method":"probe.unknown"}');
    session.connection.send(notificationLine('mining.set_version_mask', ['1fffe000']));
    await probe.share(session);
    session.noFaults(from);
    return pass('it goes on');
  },
};

export const unknownRequest: MinerCheck = {
  id: 'unknown-request',
  title: 'a request that means nothing to the miner is answered or ignored',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [JSON_RPC],
  sent: 'a request of an unknown name with a string as its id',
  expected: 'an answer with that id, or silence; and the miner goes on',
  run: async (probe) => {
    const session = await probe.session();
    const place = session.connection.received.length;
    const from = session.submissions.length;
    session.connection.send(requestLine('probe-1', 'mining.probe_unknown', []));
    await probe.share(session);
    session.noFaults(from);
    const answers = session.connection.received
      .slice(place)
      .flatMap(({ message }) => (message.kind === 'response' ? [message] : []));
    const strange = answers.find(({ id }) => id !== '"probe-1"');
    if (strange !== undefined)
      return fail(
        `it answered with ${strange.id === undefined ? 'no id' : `the id ${printable(strange.id, 40)}`}`,
      );
    if (answers.length > 1) return fail(`it answered ${answers.length} times`);
    const [answer] = answers;
    if (answer?.result === true) return fail('it answered true to a request that it cannot know');
    return pass(answer === undefined ? 'it says nothing, and goes on' : 'it answers, and goes on');
  },
};
