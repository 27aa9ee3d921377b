import { EquihashWork } from './equihash-work.ts';
import type { MineKind } from './mine-protocol.ts';
import { TrueHashWork } from './truehash-work.ts';
import type { Work, WorkModules, WorkOptions } from './work.ts';

/** The work of one thread, by kind. */
export type WorkKinds = { readonly [Kind in MineKind]: Work<Kind> };

/** Every kind of work, for one thread; costs nothing until the first task. A kind without an entry does not compile. */
export function workKinds(options: WorkOptions, modules: WorkModules): WorkKinds {
  return {
    zcash: new EquihashWork(options, modules),
    truechain: new TrueHashWork(modules),
  };
}
