import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { type Certificate, makeCertificate } from '@adit/test-kit/certificate';

export interface TlsFolder {
  readonly tls: { readonly certFile: string; readonly keyFile: string };
  readonly certificate: Certificate;
  write(certificate: Certificate): void;
  remove(): void;
}

/** A folder with a certificate and its key, as an operator has them. */
export function makeTlsFolder(): TlsFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-tls-'));
  const tls = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
  const write = ({ cert, key }: Certificate) => {
    // As good tools do it: each file is whole at any moment.
    writeFileSync(`${tls.keyFile}.new`, key, { mode: 0o600 });
    writeFileSync(`${tls.certFile}.new`, cert);
    renameSync(`${tls.keyFile}.new`, tls.keyFile);
    renameSync(`${tls.certFile}.new`, tls.certFile);
  };
  const certificate = makeCertificate();
  write(certificate);
  return { tls, certificate, write, remove: () => rmSync(folder, { recursive: true }) };
}

export async function dialTls(port: number, ca: string, host = '127.0.0.1'): Promise<TLSSocket> {
  const socket = connect({ host, port, ca });
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return socket;
}
