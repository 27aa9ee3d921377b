import { DrivenConnection } from '@adit/wire';
import { cannotTell, Judged } from '../report/finding.ts';

/** A connection that checks examine: a fault of the probe ends the check that waits on it, and not the run. */
export abstract class ExaminedConnection extends DrivenConnection {
  /** The end of the connection as the end of a sentence: `, closed by the pool`; empty while it is open. */
  get ending(): string {
    return this.closed === undefined ? '' : `, ${this.closed}`;
  }

  protected override failure(why: string): Judged {
    return new Judged(cannotTell(why));
  }
}
