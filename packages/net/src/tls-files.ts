import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { AditError, messageOf, whyNotPrivate } from '@adit/primitives';
import { type CertificateLife, certificateLife } from './certificate-life.ts';

/** Files with the certificate and the key of a port. */
export interface TlsFileNames {
  /** PEM file with the certificate, then the intermediate ones below the root. */
  readonly certFile: string;
  /** PEM file that only its owner may read, and a group of this process. */
  readonly keyFile: string;
}

/** A certificate and its key, as read from disk, with a check for changes. */
export class TlsFiles {
  readonly names: TlsFileNames;
  readonly context: SecureContextOptions;
  readonly life: CertificateLife;
  /** State of the files when they were last tried, with or without success. */
  #stamp: string;

  /** @throws AditError `ADIT_TLS_FILES` naming the file and what is wrong */
  constructor(names: TlsFileNames) {
    this.names = names;
    this.#stamp = stampOf(names);
    this.context = load(names);
    this.life = certificateLife(read(names.certFile));
  }

  /**
   * Checks whether the files have changed.
   * @returns the new files; undefined if nothing changed
   * @throws AditError `ADIT_TLS_FILES` if the new files cannot be used, once for each state of the files
   */
  changed(): TlsFiles | undefined {
    const stamp = stampOf(this.names);
    if (stamp === this.#stamp) return undefined;
    this.#stamp = stamp;
    return new TlsFiles(this.names);
  }
}

/** It includes the change time (ctime), which also moves with the mode and a rename, without any write. */
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
  const open = whyNotPrivate(keyFile, statSync(keyFile), process);
  if (open !== undefined) throw fault(`${keyFile}: ${open}`);
  // Older versions are not secure, and every miner with TLS has at least 1.2.
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
