import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Certificates of usual authorities are renewed a month before they end, so one that ends sooner was forgotten. */
const EXPIRES_SOON_DAYS = 14;
const DAY_MS = 86_400_000;

/** Names the certificates that have ended, that end soon, and that do not count yet. Files that cannot be read are not its subject. */
export function certificateNotes(config: Config, nowMs: number = Date.now()): Fault[] {
  return config.chain.flatMap(({ ports }, c) =>
    ports.flatMap(({ tls_cert: file }, p) => {
      const message = file === undefined ? undefined : messageFor(file, nowMs);
      return message === undefined ? [] : [{ key: `chain[${c}].ports[${p}].tls_cert`, message }];
    }),
  );
}

function messageFor(file: string, nowMs: number): string | undefined {
  try {
    // The first one in the file is that of the port.
    const { validFrom, validTo } = new X509Certificate(readFileSync(file));
    const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
    if (to <= nowMs)
      return `the certificate ended on ${day(to)}: miners refuse the connection; renew it, the pool reads it again by itself`;
    if (from > nowMs)
      return `the certificate counts from ${day(from)} on, and it is ${day(nowMs)} here: is the clock right?`;
    const days = Math.floor((to - nowMs) / DAY_MS);
    return days < EXPIRES_SOON_DAYS
      ? `the certificate ends in ${days} days, on ${day(to)}: renew it`
      : undefined;
  } catch {
    return undefined;
  }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
