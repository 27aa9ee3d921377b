import { notificationLine, requestLine, showMessageLine } from '@adit/stratum';
import { fail, pass } from '../../report/finding.ts';
import { field, JSON_RPC, zip301 } from '../../rules.ts';
import { printable } from '../../wire/printable.ts';
import { BOTH, type MinerCheck } from '../check.ts';
import { unknownNotification } from '../stage.ts';

export const crlfLines: MinerCheck = {
  id: 'crlf-lines',
  title: 'lines that end in CR LF are read like others',
  group: 'conformance',
  dialects: BOTH,
  rules: [field('pools that end lines with CR LF')],
  sent: 'target and clean job, each line ended by CR LF',
  expected: 'valid shares of that job',
  run: async (stage) => {
    const seat = await stage.seat();
    const { job, lines } = seat.prepareJob();
    seat.link.bytes(lines.replaceAll('\n', '\r\n'));
    await seat.shareOf(job);
    return pass('it mines the job');
  },
};

export const oneByte: MinerCheck = {
  id: 'one-byte-pieces',
  title: 'a message may come in pieces of one byte',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('Specification')],
  sent: 'target and clean job byte by byte',
  expected: 'valid shares of that job',
  run: async (stage) => {
    const seat = await stage.seat();
    const { job, lines } = seat.prepareJob();
    await seat.link.slowly(lines);
    await seat.shareOf(job);
    return pass('it mines the job');
  },
};

export const onePacket: MinerCheck = {
  id: 'many-lines-in-one-packet',
  title: 'several messages may come in one packet',
  group: 'conformance',
  dialects: BOTH,
  rules: [zip301('Specification')],
  sent: 'an old job, a notification that means nothing, a word to the user, a target and a clean job in one packet',
  expected: 'valid shares of the last job',
  run: async (stage) => {
    const seat = await stage.seat();
    const old = seat.prepareJob();
    const target = stage.dialect.targetLine(1n);
    seat.target = 1n;
    const good = seat.prepareJob();
    seat.link.bytes(
      old.lines + unknownNotification() + showMessageLine('a word from the pool') + target + good.lines,
    );
    await seat.shareOf(good.job);
    return pass('it mines the last job');
  },
};

export const unknownNotice: MinerCheck = {
  id: 'unknown-notification',
  title: 'a notification that means nothing to the miner is passed over',
  group: 'conformance',
  dialects: BOTH,
  rules: [field('pools with messages of their own'), JSON_RPC],
  sent: 'notifications of unknown names, with the id null, without an id, and without params',
  expected: 'the miner goes on with the job that it has, and with a new one',
  run: async (stage) => {
    const seat = await stage.seat();
    await stage.share(seat);
    const from = seat.submissions.length;
    seat.link.send(unknownNotification());
    seat.link.send('{"method":"mining.probe_unknown","params":[]}');
    seat.link.send('{"id":null,"method":"probe.unknown"}');
    seat.link.send(notificationLine('mining.set_version_mask', ['1fffe000']));
    await stage.share(seat);
    seat.noFaults(from);
    return pass('it goes on');
  },
};

export const unknownRequest: MinerCheck = {
  id: 'unknown-request',
  title: 'a request that means nothing to the miner is answered or passed over',
  group: 'conformance',
  dialects: BOTH,
  rules: [JSON_RPC],
  sent: 'a request of an unknown name with a string as its id',
  expected: 'an answer with that id, or silence; and the miner goes on',
  run: async (stage) => {
    const seat = await stage.seat();
    const place = seat.link.received.length;
    const from = seat.submissions.length;
    seat.link.send(requestLine('probe-1', 'mining.probe_unknown', []));
    await stage.share(seat);
    seat.noFaults(from);
    const answers = seat.link.received
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
