import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AditError, messageOf } from '@adit/primitives';
import { readSecret } from './secret.ts';

/**
 * Fails where a port could not speak TLS with these files: before a reload or an upgrade has begun, and in
 * `adit pool --check`. The port itself reads them again.
 *
 * @param what names the port in errors
 * @throws AditError `ADIT_TLS_FILES`, `ADIT_SECRET_FILE` (the key can be read by others)
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
