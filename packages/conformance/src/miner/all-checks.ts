import type { MinerCheck } from './check.ts';
import {
  cutMidLine,
  doesNotHammer,
  reconnectElsewhere,
  reconnectHere,
  reconnectNamed,
  resume,
} from './common/connection.ts';
import {
  hugeId,
  missingParams,
  missingTarget,
  numberTarget,
  objectId,
  protoId,
  shortHashes,
  shortTarget,
  zeroTarget,
} from './common/hostile-jobs.ts';
import {
  deepNesting,
  invalidUtf8,
  longLine,
  notJson,
  resultAndError,
  terminalText,
  unaskedAnswers,
} from './common/hostile-lines.ts';
import { longNonce1, noNonce1, oddNonce1, textNonce1 } from './common/hostile-nonces.ts';
import { cleanJob, newTarget, notCleanJob, strangeIds, tenJobs } from './common/jobs.ts';
import { crlfLines, oneByte, onePacket, unknownNotice, unknownRequest } from './common/lines.ts';
import {
  authorizeRequest,
  jobBeforeAuthorizeReply,
  refusedWorker,
  silentPool,
  waitsForJob,
  waitsForSubscribeReply,
} from './common/login.ts';
import { refusalForms } from './common/refusals.ts';
import {
  firstShare,
  hardTarget,
  lateReplies,
  repliesOutOfOrder,
  requestIds,
  twentyShares,
} from './common/shares.ts';
import { getVersion, showMessage, trueStratumSubscribe } from './truestratum/login.ts';
import { datasetBack, noSeeds, otherDataset, shortSeeds, wrongSeeds } from './truestratum/seeds.ts';
import {
  decimalNonce,
  extranonce,
  jobAfterShare,
  shortTarget as sixteenDigits,
  zeroNonce,
} from './truestratum/shares.ts';
import { extraParams, unknownVersion } from './zcash/jobs.ts';
import { longExtranonce, nonce1Lengths, setExtranonce } from './zcash/nonce1.ts';
import { headerTime, solutionPrefix } from './zcash/shares.ts';
import { zcashSubscribe } from './zcash/subscribe.ts';

/** The checks in the order in which they run. Harmless ones come first, those that a miner may not survive come last. */
export const MINER_CHECKS: readonly MinerCheck[] = [
  // These use the connection that is open.
  zcashSubscribe,
  trueStratumSubscribe,
  authorizeRequest,
  firstShare,
  requestIds,
  solutionPrefix,
  headerTime,
  decimalNonce,
  twentyShares,
  newTarget,
  hardTarget,
  cleanJob,
  notCleanJob,
  tenJobs,
  strangeIds,
  jobAfterShare,
  sixteenDigits,
  unknownVersion,
  extraParams,
  crlfLines,
  oneByte,
  onePacket,
  unknownNotice,
  unknownRequest,
  getVersion,
  showMessage,
  lateReplies,
  repliesOutOfOrder,
  refusalForms,
  setExtranonce,
  otherDataset,
  datasetBack,
  zeroNonce,
  // These make the miner connect again.
  resume,
  cutMidLine,
  waitsForSubscribeReply,
  waitsForJob,
  jobBeforeAuthorizeReply,
  ...nonce1Lengths,
  extranonce,
  // These are hostile.
  unaskedAnswers,
  resultAndError,
  notJson,
  invalidUtf8,
  terminalText,
  deepNesting,
  longLine,
  protoId,
  hugeId,
  objectId,
  missingParams,
  shortHashes,
  zeroTarget,
  shortTarget,
  numberTarget,
  missingTarget,
  longExtranonce,
  longNonce1,
  oddNonce1,
  textNonce1,
  noNonce1,
  noSeeds,
  shortSeeds,
  wrongSeeds,
  silentPool,
  doesNotHammer,
  // These lead a miner away, and the last one may end it.
  reconnectHere,
  reconnectNamed,
  reconnectElsewhere,
  refusedWorker,
];
