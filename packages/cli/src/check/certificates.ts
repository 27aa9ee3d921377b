import { readFileSync } from 'node:fs';
import { certificateFault, certificateLife } from '@adit/net';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Names the certificates that have ended, that end soon, and that do not count yet. Files that cannot be read are not its subject. */
export function certificateNotes(config: Config, nowMs: number = Date.now()): Fault[] {
  return config.chain.flatMap(({ ports }, c) =>
    ports.flatMap(({ tls_cert: file }, p) => {
      const fault = file === undefined ? undefined : faultOf(file, nowMs);
      if (fault === undefined) return [];
      return [{ key: `chain[${c}].ports[${p}].tls_cert`, message: `the certificate ${fault}` }];
    }),
  );
}

function faultOf(file: string, nowMs: number): string | undefined {
  try {
    return certificateFault(certificateLife(readFileSync(file)), nowMs);
  } catch {
    return undefined;
  }
}
