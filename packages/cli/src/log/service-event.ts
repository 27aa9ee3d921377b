/** Why a process ends: a signal, `adit stop`, or another process that has taken over. */
export type EndingCause = 'signal' | 'asked' | 'replaced';

/** What the service around the pool could not do. The pool goes on without it. */
export type ServiceProblemCause =
  | 'systemd_not_told'
  | 'admin_failed'
  | 'reload_refused'
  | 'not_reclaimed'
  | 'drain_failed'
  | 'not_finished'
  | 'threads_hang';

/** Everything that happens around the pool in its process, for the log. */
export type ServiceEvent =
  | { readonly kind: 'admin'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'reloaded';
      readonly applied: readonly string[];
      readonly needsUpgrade: readonly string[];
      readonly needsRestart: readonly string[];
    }
  | {
      readonly kind: 'banned';
      readonly subject: string;
      readonly reason: string;
      readonly sinceMs: number;
      readonly untilMs: number;
      readonly times: number;
    }
  | {
      readonly kind: 'upgrade';
      /** `ended`: the process that has taken over is no more, so nobody serves new miners. */
      readonly step: 'begun' | 'failed' | 'taken_over' | 'ended';
      /** The new process, once it listens. */
      readonly pid: number | undefined;
      readonly code: string | undefined;
      readonly detail: string;
    }
  /** An error that nothing caught. The process ends in good order, with status 1. */
  | {
      readonly kind: 'fault';
      readonly source: 'uncaughtException' | 'unhandledRejection';
      readonly detail: string;
      readonly stack: string | undefined;
    }
  | { readonly kind: 'ending'; readonly cause: EndingCause; readonly detail: string }
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'service_problem';
      readonly cause: ServiceProblemCause;
      readonly code: string | undefined;
      readonly detail: string;
    };
