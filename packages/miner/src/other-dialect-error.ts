import { AditError } from '@adit/primitives';
import type { Dialect } from '@adit/stratum';

/** The dialects as people call them. */
const NAMES: { readonly [Each in Dialect]: string } = {
  zcash: 'the Zcash dialect',
  truestratum: 'TrueStratum',
};

/** `ADIT_OTHER_DIALECT`: the miner does not understand one job of the pool. */
export class OtherDialectError extends AditError {
  /** What the pool speaks. */
  readonly dialect: Dialect;

  constructor(dialect: Dialect) {
    super('ADIT_OTHER_DIALECT', `this pool speaks ${NAMES[dialect]}`);
    this.dialect = dialect;
  }
}
