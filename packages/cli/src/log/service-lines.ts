import { list, ms, optional, text, whole, word } from './format.ts';
import type { Lines } from './line.ts';
import { plain } from './plain.ts';
import type { ServiceEvent, ServiceProblemCause } from './service-event.ts';

type Step = Extract<ServiceEvent, { kind: 'upgrade' }>['step'];

/** What could not be done, for people. */
export const SERVICE_PROBLEMS: Readonly<Record<ServiceProblemCause, string>> = {
  systemd_not_told: 'systemd could not be told how the pool is',
  admin_failed: 'a request to the admin address failed',
  reload_refused: 'SIGHUP: the configuration was not read again',
  not_reclaimed: 'after a failed upgrade, an address could not be taken back',
  drain_failed: 'the miners could not be moved in good order',
  not_finished: 'not everything could be finished',
  threads_hang: 'a thread hangs at the end, so this process kills itself (SIGKILL)',
};

const STEPS: Readonly<Record<Step, { readonly level: 'info' | 'error'; readonly words: string }>> = {
  begun: { level: 'info', words: 'starting the new process' },
  failed: { level: 'error', words: 'failed, everything stays as it was' },
  taken_over: { level: 'info', words: 'the new process listens; asking miners to connect again' },
  ended: { level: 'error', words: 'the new process has ended: start the pool again' },
};

export const SERVICE_LINES: Lines<ServiceEvent> = {
  admin: {
    when: 'metrics and health can be asked for; `port` is a number here',
    levels: ['info'],
    fields: { port: whole, host: text },
    say: ({ host, port }) => ({ level: 'info', text: `metrics and health on http://${host}:${port}` }),
    gather: undefined,
  },
  reloaded: {
    when: 'the configuration was read again: keys that count from now on, from the next process on, and after a stop and a start',
    levels: ['info'],
    fields: { applied: list(text), needsUpgrade: list(text), needsRestart: list(text) },
    say: () => ({ level: 'info', text: 'the configuration was read again' }),
    gather: undefined,
  },
  banned: {
    when: 'an operator banned an address; `times` is the number of its bans',
    levels: ['info'],
    fields: { subject: text, reason: text, sinceMs: ms, untilMs: ms, times: whole },
    say: ({ subject }) => ({ level: 'info', text: `${plain(subject)} was banned by hand` }),
    gather: undefined,
  },
  upgrade: {
    when: '`step` is `begun`, `failed`, `taken_over` (by the process `pid`), or `ended`: the new process is no more',
    levels: ['info', 'error'],
    fields: { step: word, pid: optional(whole), code: optional(word), detail: text },
    say: ({ step, detail }) => {
      const { level, words } = STEPS[step];
      return { level, text: `upgrade: ${words}${detail === '' ? '' : ` (${plain(detail)})`}` };
    },
    gather: undefined,
  },
  fault: {
    when: 'an error that nothing caught; the process finishes what is in flight, and ends with status 1',
    levels: ['error'],
    fields: { source: word, detail: text, stack: optional(text) },
    say: ({ detail }) => ({
      level: 'error',
      text: `a fault of this program (${plain(detail)}): accepting no more, finishing what is in flight`,
    }),
    gather: undefined,
  },
  ending: {
    when: 'no more miners are accepted; `cause` is `signal`, `asked` (`adit stop`) or `replaced`',
    levels: ['info'],
    fields: { cause: word, detail: text },
    say: ({ detail }) => ({
      level: 'info',
      text: `${plain(detail)}: accepting no more, finishing what is in flight`,
    }),
    gather: undefined,
  },
  ended: {
    when: 'the last line of a process that ended in good order',
    levels: ['info'],
    fields: {},
    say: () => ({ level: 'info', text: 'stopped' }),
    gather: undefined,
  },
  service_problem: {
    when: 'something around the pool failed, and the pool goes on. `cause` is one of [these](#causes-of-a-service-problem)',
    levels: ['error'],
    fields: { cause: word, code: optional(word), detail: text },
    say: ({ cause, detail }) => ({ level: 'error', text: `${SERVICE_PROBLEMS[cause]}: ${plain(detail)}` }),
    gather: undefined,
  },
};
