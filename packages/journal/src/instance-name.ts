import { randomBytes } from 'node:crypto';

/** The name begins with the time, for sorting. Random digits keep two processes apart that start in one millisecond. */
export function newInstanceName(): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '').toLowerCase();
  return `${time}-${randomBytes(4).toString('hex')}`;
}
