import { AditError } from '@adit/primitives';
import { DIALECTS, type Dialect, isDialect } from '@adit/stratum';

/** The dialect of a command without `--dialect`. */
export const USUAL_DIALECT: Dialect = 'zcash';

/** @throws AditError `ADIT_BAD_OPTION` */
export function dialectOption(text: string): Dialect {
  if (isDialect(text)) return text;
  throw new AditError('ADIT_BAD_OPTION', `--dialect must be ${DIALECTS.join(' or ')}, this is ${text}`);
}
