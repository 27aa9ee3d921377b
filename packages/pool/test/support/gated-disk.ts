import { carryOut } from '../../src/disk/carry-out.ts';
import type { Disk, DiskRequest, DiskResults } from '../../src/disk/disk-request.ts';

/** A disk in this process that hangs while a test says so. */
export class GatedDisk implements Disk {
  /** Requests that wait, in order. */
  readonly waiting: DiskRequest[] = [];
  #gate: PromiseWithResolvers<void> | undefined;

  hang(): void {
    this.#gate ??= Promise.withResolvers();
  }

  heal(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async ask<Request extends DiskRequest>(request: Request): Promise<DiskResults[Request['kind']]> {
    if (this.#gate !== undefined) {
      this.waiting.push(request);
      await this.#gate.promise;
    }
    return carryOut(request) as DiskResults[Request['kind']];
  }
}
