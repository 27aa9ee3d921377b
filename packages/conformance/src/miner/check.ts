import type { Question } from '../checks/question.ts';
import type { Judgement } from '../report/finding.ts';
import type { MinerProbe } from './probe/miner-probe.ts';

/** One question to a miner, in the words of the report. */
export interface MinerCheck extends Question {
  /** The check is given up as `cannot_tell` after this time; `CHECK_SECONDS` where left out. */
  readonly seconds?: number;
  /** May throw `Judged`. Any other error is a fault of the probe, and the report says so. */
  readonly run: (probe: MinerProbe) => Promise<Judgement>;
}

/** Enough for several waits for a miner that has to come back and mines a few solutions a second. */
export const CHECK_SECONDS = 300;
