import { DIALECTS } from '@adit/stratum';
import { field, JSON_RPC } from '../../catalogue/rules.ts';
import { fail, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isRefused, judgeAccepted, worst } from '../probe/replies.ts';
import { stillTalks } from '../tools/messages.ts';

/** Checks of the forms that a request may have. */
export const REQUESTS: readonly PoolCheck[] = [
  {
    id: 'unknown-method',
    title: 'an unknown method is answered with an error, and the connection stays',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, field('they ask for methods that not every pool has')],
    sent: 'mining.no_such_method, then mining.authorize',
    expected: 'an error, then true',
    run: async (probe) => {
      const { connection } = await probe.login();
      const reply = await connection.request('mining.no_such_method', ['x']);
      if (!isRefused(reply)) return fail(`${inWords(reply)}${connection.ending}`);
      return (await stillTalks(probe, connection))
        ? pass(inWords(reply))
        : fail(`${inWords(reply)}, and nothing more after that`);
    },
  },
  {
    id: 'params-missing',
    title: 'a request may have no parameters, or null in their place',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, field('old ones subscribe without parameters')],
    sent: 'mining.subscribe without params, and with params null; then mining.authorize',
    expected: 'each is answered',
    run: async (probe) =>
      worst([
        await answered(probe, 'without params', '{"id":"bare","method":"mining.subscribe"}'),
        await answered(probe, 'params null', '{"id":"bare","method":"mining.subscribe","params":null}'),
      ]),
  },
  {
    id: 'unknown-keys',
    title: 'keys that belong to other dialects do no harm',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, field('some send "jsonrpc", some "worker"')],
    sent: 'mining.authorize with "jsonrpc":"2.0", "worker", and a nested object under a name of its own',
    expected: 'true',
    run: async (probe) => {
      const { worker, password } = probe.options;
      const message = { id: 'keys', jsonrpc: '2.0', method: 'mining.authorize', params: [worker, password] };
      return await taken(probe, JSON.stringify({ ...message, worker: 'rig', vendor: { a: [1, null] } }));
    },
  },
  {
    id: 'key-order',
    title: 'keys may stand in any order, with blanks between them',
    group: 'conformance',
    dialects: DIALECTS,
    rules: [JSON_RPC, field('the TrueStratum document itself shows params first')],
    sent: 'mining.authorize with params first, blanks and tabs around each part, and the id last',
    expected: 'true',
    run: async (probe) => {
      const { worker, password } = probe.options;
      const [name, secret] = [JSON.stringify(worker), JSON.stringify(password)];
      return await taken(
        probe,
        ` {\t"params" : [ ${name} , ${secret} ] , "method" : "mining.authorize" , "id" : "keys" } `,
      );
    },
  },
];

async function answered(probe: PoolProbe, what: string, line: string) {
  const connection = await probe.open();
  connection.send(line);
  const reply = await connection.reply('"bare"');
  if (reply === undefined) return fail(`${what}: no answer${connection.ending}`);
  return (await stillTalks(probe, connection))
    ? pass(`${what}: answered`)
    : fail(`${what}: nothing more after that`);
}

/** Sends a line with the id "keys" and judges the answer. */
async function taken(probe: PoolProbe, line: string) {
  const { connection } = await probe.login();
  connection.send(line);
  const reply = await connection.reply('"keys"');
  return judgeAccepted(reply);
}
