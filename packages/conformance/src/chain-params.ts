import { type EquihashParams, equihashSizes } from '@adit/pow';
import { AditError } from '@adit/primitives';

/**
 * Reads `200,9`, or `144,5,BgoldPoW` with a personalization.
 * @throws AditError `ADIT_BAD_OPTION` with what was expected
 */
export function parseChainParams(text: string): EquihashParams {
  const match = /^([0-9]{1,3}),([0-9]{1,2})(?:,([ -~]{8}))?$/.exec(text);
  if (match === null) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `--chain-params must be n,k or n,k,personalization (8 characters), such as 200,9 or 144,5,BgoldPoW; this is ${JSON.stringify(text)}`,
    );
  }
  const params = { n: Number(match[1]), k: Number(match[2]), personalization: match[3] ?? 'ZcashPoW' };
  equihashSizes(params);
  return params;
}
