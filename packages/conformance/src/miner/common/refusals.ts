import { DIALECTS } from '@adit/stratum';
import { CODE } from '../../catalogue/codes.ts';
import { field, trueStratumDocument, zip301 } from '../../catalogue/rules.ts';
import { fail, Judged, pass } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerCheck } from '../check.ts';
import type { MinerProbe } from '../probe/miner-probe.ts';
import type { MinerSession } from '../probe/miner-session.ts';
import type { OtherAnswer } from '../probe/session-options.ts';

const CODES = Object.values(CODE);
/** A miner may wait for another job after an error with one of these codes. */
const GIVES_UP: readonly number[] = [CODE.job, CODE.unauthorized, CODE.unsubscribed];
/** Forms of an error that pools of the field send instead of the array of three. */
const FORMS: readonly ((code: number) => string)[] = [
  (code) => `[${code},"Refused by the probe",null]`,
  (code) => `[${code},"Refused by the probe"]`,
  (code) => `{"code":${code},"message":"Refused by the probe"}`,
  (code) => `[${code},null,null]`,
];

export const refusalForms: MinerCheck = {
  id: 'refusal-forms',
  title: 'a refused share does not stop the miner, whatever the code and the form of the error',
  group: 'conformance',
  dialects: DIALECTS,
  rules: [
    zip301('Error Objects'),
    field('errors of two members, as objects, without words'),
    trueStratumDocument(5),
  ],
  sent: 'codes 20 to 25 as an array of three, of two, as an object and without words, beside null and false',
  expected:
    'the miner goes on with the job, after codes 21, 24 and 25 with another; after 24 and 25 it may log in again',
  run: async (probe) => {
    const combinations = CODES.flatMap((code) =>
      FORMS.map((form, i) => ({ code, error: form(code), result: (i + code) % 2 === 0 ? 'null' : 'false' })),
    );
    const session = await probe.session();
    session.sendJob();
    const trial = new RefusalTrial(probe, session);
    for (const { code, error, result } of combinations)
      await trial.refuse(code, (id) => ({ line: `{"id":${id},"result":${result},"error":${error}}` }));
    await trial.nextShare(() => undefined);
    const { logins } = trial;
    const note = logins === 0 ? '' : `; after codes 24 and 25 it logged in again ${logins} times`;
    return pass(`${combinations.length} refusals, and it goes on${note}`);
  },
};

/** A miner whose shares are refused, one after the other. */
class RefusalTrial {
  /** How often the miner has logged in again. */
  logins = 0;
  readonly #probe: MinerProbe;
  #session: MinerSession;
  /** The code of the last refusal. */
  #last = 0;

  constructor(probe: MinerProbe, session: MinerSession) {
    this.#probe = probe;
    this.#session = session;
  }

  /** Refuses the next valid share. @throws Judged `fail` where none comes, or a wrong one */
  async refuse(code: number, answer: (id: string) => OtherAnswer): Promise<void> {
    await this.nextShare(answer);
    this.#last = code;
    // A miner may stop mining a job that the pool no longer knows, or whose worker the pool wants to log in again.
    if (GIVES_UP.includes(code) && this.#session.open) this.#session.sendJob();
  }

  /**
   * Waits for the next valid share. A miner that has left after a code which sends it to log in may come back for it.
   * @param answer to that share; undefined for the right one
   * @throws Judged `fail` where none comes, or a wrong one
   */
  async nextShare(answer: (id: string) => OtherAnswer | undefined): Promise<void> {
    const last = this.#last;
    if (await this.#hears(answer)) return;
    if (!this.#session.open && last >= CODE.unauthorized) {
      const back = await this.#probe.back();
      if (back === undefined) throw new Judged(fail(`it left after code ${last} and did not come back`));
      this.#session = back;
      this.logins += 1;
      back.sendJob();
      if (await this.#hears(answer)) return;
    }
    const { open, connection } = this.#session;
    const why = open
      ? `after code ${last} no share came in ${seconds(this.#probe.limits.shareMs)}`
      : `it left after code ${last} (${connection.closed})`;
    throw new Judged(fail(why));
  }

  async #hears(answer: (id: string) => OtherAnswer | undefined): Promise<boolean> {
    const session = this.#session;
    const { shareMs } = this.#probe.limits;
    const from = session.submissions.length;
    let heard = false;
    session.answerWith = ({ id = 'null', verdict }) => {
      if (heard || !verdict.valid) return undefined;
      heard = true;
      return answer(id);
    };
    const isOver = () => heard || session.faults(from).length > 0;
    await session.connection.until(isOver, shareMs / 2);
    // A share may have been on its way when the last job came, and the answer that it is stale arrived after that job.
    // A miner that drops its job at such an answer then waits for another one.
    if (!isOver() && GIVES_UP.includes(this.#last) && session.open) session.sendJob();
    await session.connection.until(isOver, shareMs);
    session.answerWith = undefined;
    session.noFaults(from);
    return heard;
  }
}
