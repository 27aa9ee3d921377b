import { checkAccountId, PPM, type Terms } from '@adit/money';
import { AditError } from '@adit/primitives';

/** What an account gives to the pool and to a cause, and from which balance on it is paid. */
export interface AccountTerms extends Terms {
  readonly minimum: bigint;
}

/** Terms of an account of its own: null stands for what the chain has. */
export interface OwnTerms {
  readonly feePpm: bigint | null;
  readonly donation: Terms['donation'];
  readonly minimum: bigint | null;
}

/**
 * Checks terms before they are kept: a block is credited by them without anybody looking.
 * @param isOfChain they leave nothing open
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT` for a cause without a name
 */
export function checkTerms({ feePpm, donation, minimum }: OwnTerms, isOfChain: boolean): void {
  checkPart(feePpm, isOfChain, 'a fee');
  if (donation !== null) {
    checkPart(donation.ppm, true, 'a donation');
    checkAccountId(donation.cause);
  }
  const isMissing = minimum === null ? isOfChain : typeof minimum !== 'bigint' || minimum < 1n;
  if (isMissing)
    throw new AditError(
      'ADIT_BAD_AMOUNT',
      `a minimum must be a bigint of at least one, not ${String(minimum)}`,
    );
}

function checkPart(ppm: bigint | null, isNeeded: boolean, what: string): void {
  if (ppm === null && !isNeeded) return;
  if (typeof ppm === 'bigint' && ppm >= 0n && ppm <= PPM) return;
  throw new AditError('ADIT_BAD_AMOUNT', `${what} must be a bigint from 0 to ${PPM} ppm, not ${String(ppm)}`);
}
