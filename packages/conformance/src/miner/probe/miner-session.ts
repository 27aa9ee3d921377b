import { errorLine, jobIdOf, resultLine } from '@adit/stratum';
import type { Received, Request } from '@adit/wire';
import { CODE } from '../../catalogue/codes.ts';
import { fail, Judged } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import { faultOf, type SentJob, type Submission } from './job.ts';
import type { MinerConnection } from './miner-connection.ts';
import { SentJobs } from './sent-jobs.ts';
import type { JobOptions, OtherAnswer, SessionModules, SessionOptions } from './session-options.ts';
import { SubmissionJudge } from './submission-judge.ts';

/** How long after a share the probe sends another job id to a miner that rests. A shorter time only makes more lines. */
const REFRESH_MS = 50;

/** The probe's session with a miner: the workers that logged in, the jobs that went out, the submissions that came. */
export class MinerSession {
  readonly connection: MinerConnection;
  readonly submissions: Submission[] = [];
  readonly nonce1Given: Uint8Array;
  /** The requests of the miner, in the order in which they came. */
  readonly requests: Request[] = [];
  /** Chooses another answer to a submission. The right one is sent where it returns undefined. */
  answerWith: ((submission: Submission) => OtherAnswer | undefined) | undefined;
  nonce1: Uint8Array;
  /** Set where the miner cannot work with what it was told: the next check makes it connect again. */
  spoiled = false;
  target: bigint | undefined;
  readonly #options: SessionOptions;
  readonly #modules: SessionModules;
  readonly #jobs: SentJobs;
  readonly #judge: SubmissionJudge;
  readonly #workers = new Set<string>();
  readonly #held: Request[] = [];
  readonly #released = new Set<string>();
  /** Submissions without an answer. The checks that keep answers back do so for seconds. */
  readonly #owed = new Set<Submission>();
  #refresh: NodeJS.Timeout | undefined;
  #subscribed = false;
  #authorized = false;

  constructor(options: SessionOptions, modules: SessionModules) {
    const { dialect, connection } = modules;
    this.#options = options;
    this.#modules = modules;
    this.connection = connection;
    this.nonce1Given = options.nonce1 ?? crypto.getRandomValues(new Uint8Array(dialect.nonce1Bytes));
    this.nonce1 = this.nonce1Given;
    this.#jobs = new SentJobs(options.jobs);
    this.#judge = new SubmissionJudge({ dialect, limits: modules.limits, jobs: this.#jobs });
    connection.listen((received) => this.#onReceived(received));
  }

  get open(): boolean {
    return this.connection.closed === undefined;
  }

  get subscribed(): boolean {
    return this.#subscribed;
  }

  get authorized(): boolean {
    return this.#authorized;
  }

  get jobs(): Iterable<SentJob> {
    return this.#jobs.byId.values();
  }

  /** The first request with this method. */
  request(method: string): Request | undefined {
    return this.requests.find((request) => request.method === method);
  }

  /** Waits for the first request with this method. */
  async asked(method: string, within = this.#modules.limits.answerMs): Promise<Request | undefined> {
    await this.connection.until(() => this.request(method) !== undefined, within);
    return this.request(method);
  }

  /** Whether the probe has answered both halves of the login in time. */
  async loggedIn(within = this.#modules.limits.answerMs): Promise<boolean> {
    return await this.connection.until(() => this.#subscribed && this.#authorized, within);
  }

  /** Answers the requests that were held back, and later ones with this method at once. */
  release(method: string): void {
    const held = this.#held.filter((request) => request.method === method);
    this.#released.add(method);
    for (const request of held) this.#answer(request);
  }

  // Messages that the probe sends.

  sendTarget(target: bigint): void {
    this.target = target;
    this.connection.send(this.#modules.dialect.targetLine(target));
  }

  sendJob(options: JobOptions = {}): SentJob {
    const { job, lines } = this.prepareJob(options);
    this.connection.bytes(lines);
    return job;
  }

  /** Makes a job that counts as sent. @returns its lines, which begin with the target where that changes */
  prepareJob(options: JobOptions = {}): { readonly job: SentJob; readonly lines: string } {
    const { dialect, nextJob, vardiff } = this.#modules;
    const {
      clean = true,
      target = vardiff.target,
      id = jobIdOf(nextJob()),
      work = dialect.newWork(),
    } = options;
    const targetLine = target === this.target ? '' : dialect.targetLine(target);
    this.target = target;
    const targetByVardiff = options.target === undefined;
    const job: SentJob = {
      id,
      work,
      clean,
      target,
      targetByVardiff,
      nonce1: this.nonce1,
      sentAt: performance.now(),
    };
    this.#jobs.add(job);
    return { job, lines: targetLine + dialect.notifyLine(job, options.extras) };
  }

  // Messages that came.

  /** Waits for the first wanted submission from place `from` on. */
  async submission(
    wanted: (submission: Submission) => boolean = () => true,
    {
      within = this.#modules.limits.shareMs,
      from = 0,
    }: { readonly within?: number; readonly from?: number } = {},
  ): Promise<Submission | undefined> {
    const find = () => this.submissions.slice(from).find(wanted);
    await this.connection.until(() => find() !== undefined, within);
    return find();
  }

  /**
   * Waits for the first valid share of a job.
   * @throws Judged `fail` where a wrong share of the job comes first, where none comes in time, or where the connection ends
   */
  async shareOf(job: SentJob, within = this.#modules.limits.shareMs): Promise<Submission> {
    const from = this.submissions.length;
    const found =
      this.submissions.find(({ verdict }) => verdict.valid && this.isOrFollows(verdict.job, job)) ??
      (await this.submission((one) => this.decides(one, job), { within, from }));
    if (found === undefined) {
      const why = this.open
        ? `no share of job ${job.id} in ${seconds(within)}`
        : `the connection ended (${this.connection.closed})`;
      throw new Judged(fail(why));
    }
    if (!found.verdict.valid) throw new Judged(fail(faultOf(found)));
    return found;
  }

  /**
   * Waits for valid shares of a job, or of the jobs that followed it because the miner rests.
   * @param from place of the first submission that counts
   * @returns those that came in time, which may be fewer
   * @throws Judged `fail` where a wrong share comes
   */
  async rightShares(
    job: SentJob,
    count: number,
    { from, within = this.#modules.limits.shareMs }: { readonly from: number; readonly within?: number },
  ): Promise<readonly Submission[]> {
    const right = () =>
      this.submissions
        .slice(from)
        .filter(({ verdict }) => verdict.valid && this.isOrFollows(verdict.job, job));
    await this.connection.until(() => right().length >= count || this.faults(from).length > 0, within);
    this.noFaults(from);
    return right();
  }

  /** Waits whether the miner sends a submission that it should not send. @throws Judged `fail` where it does */
  async noFaultsFor(within: number, from: number): Promise<void> {
    await this.connection.until(() => this.faults(from).length > 0, within);
    this.noFaults(from);
  }

  /**
   * Whether a submission shows what the miner makes of a job: a share of it, of a job that followed it, or of none. A job
   * follows only where the original id came back, with a nonce "0" for one, and then shares may come for it alone.
   */
  decides({ verdict }: Submission, job: SentJob): boolean {
    const isOfJob = verdict.job === undefined || this.isOrFollows(verdict.job, job);
    return isOfJob && (verdict.valid || verdict.excused !== true);
  }

  /** Whether a job is the original one, or was sent after it because the miner rests. */
  isOrFollows(job: SentJob | undefined, original: SentJob): boolean {
    return this.#jobs.isOrFollows(job, original);
  }

  /** Sends a job and waits for any submission of it, right or wrong. @throws Judged `fail` where none comes */
  async anySubmission(options: JobOptions = {}): Promise<Submission> {
    const from = this.submissions.length;
    const job = this.sendJob(options);
    const found = await this.submission(({ params }) => params[1] === job.id, { from });
    if (found === undefined) throw new Judged(fail(`no submission of job ${job.id} came`));
    return found;
  }

  /** The submissions from place `from` on that the miner should not have sent. */
  faults(from = 0): readonly Submission[] {
    return this.submissions.slice(from).filter(({ verdict }) => !verdict.valid && verdict.excused !== true);
  }

  /** @throws Judged `fail` where the miner has sent a submission that it should not have sent */
  noFaults(from = 0): void {
    const [first] = this.faults(from);
    if (first !== undefined) throw new Judged(fail(faultOf(first)));
  }

  close(): void {
    clearTimeout(this.#refresh);
    this.connection.close();
  }

  /** Sends the right answer to a submission that has had none yet. */
  settle(submission: Submission): void {
    this.#owed.delete(submission);
    this.connection.send(this.#rightAnswer(submission));
  }

  /**
   * Puts right what a check has left: answers that are owed, a target and a job that were never meant to be mined.
   * @returns whether the miner mines a good job then
   */
  async putRight(): Promise<boolean> {
    this.answerWith = undefined;
    for (const submission of this.#owed) this.settle(submission);
    // The miner may have another target in mind than the last one that it was told.
    this.target = undefined;
    const job = this.sendJob();
    const good = ({ verdict }: Submission) => verdict.valid && this.isOrFollows(verdict.job, job);
    return (await this.submission(good)) !== undefined;
  }

  #onReceived({ message, at }: Received): void {
    if (message.kind === 'response' || message.kind === 'fault') return;
    if (message.method === 'mining.submit') {
      return this.#onSubmission(message.kind === 'request' ? message.id : undefined, message.params, at);
    }
    if (message.kind !== 'request') return;
    this.requests.push(message);
    const { hold = [] } = this.#options;
    if (hold.includes(message.method) && !this.#released.has(message.method)) this.#held.push(message);
    else this.#answer(message);
    const [worker] = message.params;
    const isLogin = message.method === 'mining.authorize' && this.#options.refuse !== true;
    if (isLogin && typeof worker === 'string') this.#workers.add(worker);
  }

  #answer(request: Request): void {
    const { id, method, params } = request;
    const { connection, dialect } = this.#modules;
    switch (method) {
      case 'mining.subscribe': {
        const { sessionId = null, subscribeAnswer } = this.#options;
        this.#subscribed = true;
        if (subscribeAnswer !== undefined) return connection.send(`{"id":${id}${subscribeAnswer}}`);
        return connection.send(resultLine(id, dialect.subscribeResult(sessionId, this.nonce1Given)));
      }
      case 'mining.authorize':
        if (this.#options.refuse === true)
          return connection.send(
            errorLine(id, CODE.unauthorized, 'Unauthorized worker', dialect.failedResult),
          );
        this.#authorized = true;
        return connection.send(resultLine(id, true));
      case 'mining.extranonce.subscribe':
      case 'mining.suggest_target':
      case 'mining.suggest_difficulty':
      case 'mining.multi_version':
        return connection.send(resultLine(id, true));
      case 'mining.configure':
        return connection.send(resultLine(id, {}));
      case 'mining.get_transactions':
        return connection.send(resultLine(id, []));
    }
    const own = dialect.answer(method, params, this.#jobs.byId);
    if (own === undefined) connection.send(errorLine(id, CODE.other, 'Unknown method', dialect.failedResult));
    else if ('result' in own) {
      connection.bytes(
        `{"id":${id},"result":${own.result},"error":null}\n`,
        `(an answer to ${method} of ${own.result.length} bytes)`,
      );
    } else connection.send(errorLine(id, own.code, own.words, dialect.failedResult));
  }

  #onSubmission(id: string | undefined, params: readonly unknown[], at: number): void {
    const verdict = this.#judge.judge({
      id,
      params,
      at,
      subscribed: this.#subscribed,
      workers: this.#workers,
    });
    const submission: Submission = { id, params, at, verdict };
    this.submissions.push(submission);
    if (verdict.valid) this.#modules.vardiff.share(verdict.job.target, at);
    const answer = this.answerWith?.(submission) ?? { line: this.#rightAnswer(submission) };
    if (answer === 'silence') this.#owed.add(submission);
    else this.connection.send(answer.line);
    if (this.#modules.dialect.jobAfterShare && verdict.job === this.#jobs.newest) this.#refreshSoon();
  }

  #rightAnswer({ id = 'null', verdict }: Submission): string {
    if (verdict.valid) return resultLine(id, true);
    return errorLine(id, verdict.code, verdict.fault, this.#modules.dialect.failedResult);
  }

  /** Sends the same kind of work under another id. The job before stays valid. */
  #refreshSoon(): void {
    clearTimeout(this.#refresh);
    const { newest } = this.#jobs;
    this.#refresh = setTimeout(() => {
      if (!this.open || newest === undefined || this.#jobs.newest !== newest) return;
      const work = this.#modules.dialect.workAfter(newest);
      const target = newest.targetByVardiff ? {} : { target: newest.target };
      this.#jobs.follows(this.sendJob({ clean: false, work, ...target }), newest);
    }, REFRESH_MS);
    this.#refresh.unref();
  }
}
