import { AditError } from '@adit/primitives';
import { type EquihashParams, equihashSizes } from './params.ts';

export interface EquihashSolverOptions {
  readonly cancelled?: () => boolean;
}
export class EquihashSolver {
  readonly memoryBytes: number = 0;
  constructor(params: EquihashParams, _options: EquihashSolverOptions = {}) {
    equihashSizes(params);
  }
  solve(_input: Uint8Array): Uint8Array[] {
    throw new AditError('ADIT_SOLVER_UNSUPPORTED', 'not yet');
  }
}
