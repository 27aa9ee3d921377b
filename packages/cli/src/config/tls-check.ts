import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AditError, messageOf } from '@adit/primitives';
import { readSecret } from './secret.ts';

/**
 * Checks that a port can speak TLS with these files, before a reload or an upgrade begins, and in `adit pool --check`.
 * The port reads the files again.
 *
 * @param what name of the port in errors
 * @throws AditError `ADIT_TLS_FILES`, `ADIT_SECRET_FILE` (others can read the key)
 */
export function checkTlsFiles(certFile: string, keyFile: string, what: string): void {
  const key = readSecret(keyFile, `tls_key of ${what}`);
  try {
    createSecureContext({ cert: readFileSync(certFile), key });
  } catch (error) {
    throw new AditError('ADIT_TLS_FILES', `tls_cert and tls_key of ${what}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
