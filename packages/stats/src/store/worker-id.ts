import { createHash } from 'node:crypto';

/**
 * The name of a worker in addresses of pages: 16 hex digits of a hash, since names of workers hold any characters. Two workers of one
 * account have the same one in one of 2^32 accounts of 65,536 workers.
 */
export function workerId(worker: string): string {
  return createHash('sha256').update(worker, 'utf8').digest('hex').slice(0, 16);
}
