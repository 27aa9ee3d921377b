import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { AditError, messageOf } from '@adit/primitives';

/** Where the certificate and the key of a port lie. */
export interface TlsFileNames {
  /** PEM: the certificate, then those between it and the root. */
  readonly certFile: string;
  /** PEM, readable by the owner only. */
  readonly keyFile: string;
}

/** A certificate and its key on disk, as they are now and when they change. */
export class TlsFiles {
  readonly names: TlsFileNames;
  readonly context: SecureContextOptions;
  /** What the files looked like when they were tried last, well or not. */
  #stamp: string;

  /** @throws AditError `ADIT_TLS_FILES` naming the file and what is wrong */
  constructor(names: TlsFileNames) {
    this.names = names;
    this.#stamp = stampOf(names);
    this.context = load(names);
  }

  /**
   * Looks whether the files are others now.
   * @returns the new ones; undefined where nothing changed
   * @throws AditError `ADIT_TLS_FILES` where the new ones cannot be used, once for each state of the files
   */
  changed(): TlsFiles | undefined {
    const stamp = stampOf(this.names);
    if (stamp === this.#stamp) return undefined;
    this.#stamp = stamp;
    return new TlsFiles(this.names);
  }
}

/** Time of change too: it moves with the mode and with a rename, when nothing was written. */
function stampOf({ certFile, keyFile }: TlsFileNames): string {
  const stamps = [certFile, keyFile].map((file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat === undefined ? 'missing' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  });
  return stamps.join(', ');
}

function load({ certFile, keyFile }: TlsFileNames): SecureContextOptions {
  const cert = read(certFile);
  const key = read(keyFile);
  if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) {
    throw fault(`${keyFile} can be read by others: run chmod 600 ${keyFile}`);
  }
  // Older versions are broken, and no miner that speaks TLS lacks 1.2.
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  for (const [file, part] of [
    [certFile, { cert }],
    [keyFile, { key }],
    [`${certFile} and ${keyFile}`, context],
  ] as const) {
    try {
      createSecureContext(part);
    } catch (error) {
      throw fault(`${file} cannot be used: ${messageOf(error)}`, error);
    }
  }
  return context;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fault(`${file} cannot be read: ${messageOf(error)}`, error);
  }
}

function fault(message: string, cause?: unknown): AditError {
  return new AditError('ADIT_TLS_FILES', message, { cause });
}
