import { DIALECTS } from '@adit/stratum';
import { shown } from '@adit/wire';
import { attack } from '../../catalogue/rules.ts';
import { fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolConnection } from '../probe/pool-connection.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { inWords, isAccepted, isRefused } from '../probe/replies.ts';
import { ifServes } from '../tools/still-serves.ts';

const LONG = 10_000;

const AGENTS: readonly string[] = [
  'agent\nWARN forged line',
  'agent\r\nforged',
  '\u001b[31mred\u001b[2J\u001b]0;title\u0007',
  'a\tb\tc',
  'nul\0inside',
  'delete\u007f',
  'c1\u009b31m',
  '\u202eesrever',
  '<script>alert(1)</script>',
  "'; DROP TABLE share; --",
  '%s%n%x',
  'u'.repeat(LONG),
  '',
];

const WORKERS: readonly string[] = [
  '',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>.rig',
  '\u202ealice',
  '..',
  '../../../etc/passwd',
  'a:b|c.d:e|f',
  'alice\0',
  'alice\nbob',
  '\u001b[2Jalice',
  'alice\u007f',
  '\u0430lice',
  'ali\u200bce',
  '__proto__',
  'constructor.prototype',
  "'; DROP TABLE share; --",
  '\ud800',
  'w'.repeat(LONG),
];

/** Checks of attacks T22 and T24: the names that a miner sends reach logs, terminals, paths and pages. */
export const NAMES: readonly PoolCheck[] = [
  {
    id: 'hostile-agents',
    title: 'any user agent is answered, and no control bytes come back',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T22')],
    sent: 'mining.subscribe with line ends, ANSI escapes, tabs, NUL, markup and 10 KB as user agent',
    expected:
      'an answer each time, or the end of the connection; no control byte in anything the pool sends; the pool serves on',
    run: async (probe) => {
      for (const agent of AGENTS) {
        const connection = await probe.open();
        const params = probe.subscribeParams().with(0, agent);
        const wrong = await judge(connection, 'mining.subscribe', params, (reply) =>
          Array.isArray(reply?.result),
        );
        if (wrong !== undefined) return await afterwards(probe, `${shown(agent)}: ${wrong}`);
        connection.close();
      }
      return await ifServes(probe, pass(`${AGENTS.length} user agents answered`));
    },
  },
  {
    id: 'hostile-workers',
    title: 'any worker name is accepted or refused',
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T24'), attack('T22')],
    sent: 'mining.authorize with markup, paths, separators, line ends, NUL, look-alikes, nothing and 10 KB as name',
    expected:
      'true, an error or the end of the connection each time; no control byte in anything the pool sends; the pool serves on',
    run: async (probe) => {
      for (const worker of WORKERS) {
        const connection = await probe.open();
        await connection.request('mining.subscribe', probe.subscribeParams());
        const params = [worker, probe.options.password];
        const wrong = await judge(
          connection,
          'mining.authorize',
          params,
          (reply) => isAccepted(reply) || isRefused(reply),
        );
        if (wrong !== undefined) return await afterwards(probe, `${shown(worker)}: ${wrong}`);
        connection.close();
      }
      return await ifServes(probe, pass(`${WORKERS.length} names taken or refused`));
    },
  },
];

/** @returns what is wrong: a missing answer, or control bytes in a line of the pool */
async function judge(
  connection: PoolConnection,
  method: string,
  params: readonly unknown[],
  fits: (reply: Awaited<ReturnType<PoolConnection['request']>>) => boolean,
): Promise<string | undefined> {
  const reply = await connection.request(method, params);
  // The pool may send more about the name after its answer.
  if (connection.closed === undefined) await connection.request('mining.subscribe', []);
  const raw = connection.received.find(({ text }) => CONTROL.test(text));
  if (raw !== undefined) return `control bytes in ${shown(raw.text)}`;
  // A careful pool does not serve a miner with such a name.
  if (connection.closed !== undefined) return undefined;
  if (fits(reply) || (method === 'mining.subscribe' && isRefused(reply))) return undefined;
  return inWords(reply);
}

/** Control bytes that a terminal acts upon. A tab is left out, because it may stand between JSON tokens. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the check looks for these
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

async function afterwards(probe: PoolProbe, what: string): Promise<Judgement> {
  return fail((await probe.serves()) ? what : `${what}; the pool no longer serves`);
}
