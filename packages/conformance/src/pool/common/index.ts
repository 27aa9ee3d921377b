import type { PoolCheck } from '../check.ts';
import { CONNECTIONS } from './connections.ts';
import { DUPLICATES } from './duplicates.ts';
import { ENDLESS_LINE } from './endless-line.ts';
import { FLOODS } from './floods.ts';
import { FRAMING } from './framing.ts';
import { IDS } from './ids.ts';
import { JOB_IDS } from './job-ids.ts';
import { LOGINS } from './logins.ts';
import { MALFORMED } from './malformed.ts';
import { METHODS } from './methods.ts';
import { NAMES } from './names.ts';
import { PASSWORD_DIFFICULTY } from './password-difficulty.ts';
import { REPLY_SHAPES } from './reply-shapes.ts';
import { REQUESTS } from './requests.ts';
import { SLOWNESS } from './slowness.ts';
import { WORKERS } from './workers.ts';

/** Checks of what all dialects share. Harmless ones come first, and last those that may cost the connection. */
export const COMMON_CHECKS: readonly PoolCheck[] = [
  ...REPLY_SHAPES,
  ...IDS,
  ...REQUESTS,
  ...FRAMING,
  ...WORKERS,
  ...LOGINS,
  ...DUPLICATES,
  ...JOB_IDS,
  ...PASSWORD_DIFFICULTY,
  ...CONNECTIONS,
  ...NAMES,
  ...METHODS,
  ...MALFORMED,
  ENDLESS_LINE,
  ...SLOWNESS,
  ...FLOODS,
];
