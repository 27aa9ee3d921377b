import { carryOut } from '../../src/disk/carry-out.ts';
import type { Disk } from '../../src/disk/disk-request.ts';

/** A disk without a thread, for simulations in which time stands still until it has answered. */
export const DIRECT_DISK: Disk = {
  ask: async (request) => carryOut(request) as never,
};
