import type { Ending } from '@adit/net';
import { AditError } from '@adit/primitives';
import type { LostCause } from './lost-cause.ts';

/** `ADIT_NO_POOL`: no attempt at the first connection succeeded. */
export class NoPoolError extends AditError {
  /** Why the last attempt failed. */
  readonly ending: Ending<LostCause>;

  constructor({ host, port }: { readonly host: string; readonly port: number }, ending: Ending<LostCause>) {
    super('ADIT_NO_POOL', `no pool answers at ${host}:${port} (${ending.detail})`);
    this.ending = ending;
  }
}
