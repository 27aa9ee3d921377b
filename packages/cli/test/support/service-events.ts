import type { ServiceEvent } from '../../src/log/service-event.ts';

type Script = {
  readonly [K in ServiceEvent['kind']]: readonly Extract<ServiceEvent, { kind: K }>[];
};

const WITHOUT = { pid: undefined, code: undefined } as const;

/** Every kind of event around the pool, at least once. A new kind does not compile until it is here. */
export const SERVICE_EVENTS: Script = {
  admin: [{ kind: 'admin', host: '127.0.0.1', port: 9333 }],
  reloaded: [{ kind: 'reloaded', applied: ['log.level'], needsUpgrade: [], needsRestart: [] }],
  banned: [{ kind: 'banned', subject: '192.0.2.1', reason: 'x\n', sinceMs: 1, untilMs: 2, times: 1 }],
  upgrade: [
    { kind: 'upgrade', step: 'begun', detail: '', ...WITHOUT },
    { kind: 'upgrade', step: 'failed', detail: 'no work', pid: undefined, code: 'ADIT_UPGRADE' },
    { kind: 'upgrade', step: 'taken_over', detail: '', pid: 7, code: undefined },
    { kind: 'upgrade', step: 'ended', detail: 'process 7: SIGKILL', pid: 7, code: undefined },
  ],
  fault: [
    { kind: 'fault', source: 'unhandledRejection', detail: 'odd', stack: 'Error: odd\n  at a' },
    { kind: 'fault', source: 'uncaughtException', detail: 'odd', stack: undefined },
  ],
  ending: [{ kind: 'ending', cause: 'signal', detail: 'SIGTERM' }],
  ended: [{ kind: 'ended' }],
  service_problem: [
    { kind: 'service_problem', cause: 'reload_refused', code: 'ADIT_BAD_CONFIG', detail: 'a key' },
    { kind: 'service_problem', cause: 'systemd_not_told', code: undefined, detail: 'ENOENT' },
  ],
};
