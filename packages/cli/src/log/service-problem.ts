import { AditError, messageOf } from '@adit/primitives';
import type { ServiceEvent, ServiceProblemCause } from './service-event.ts';

/** The event for something around the pool that failed with this error. */
export function serviceProblem(cause: ServiceProblemCause, error: unknown): ServiceEvent {
  return { kind: 'service_problem', cause, code: codeOf(error), detail: messageOf(error) };
}

/** The code of an error of ours; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof AditError ? error.code : undefined;
}
