import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const packages = new URL('../../../', import.meta.url);

/** The rooms that the root export may import, by their import names. */
const IMPORT_MAP = {
  imports: {
    '@adit/pow': '/pow/src/index.ts',
    '@adit/primitives': '/primitives/src/index.ts',
  },
};
const PAGE = `<!doctype html><title>Adit</title><script type="importmap">${JSON.stringify(IMPORT_MAP)}</script>`;

export interface SourceServer {
  readonly url: string;
  /** Requested paths that do not exist. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Serves the sources on 127.0.0.1 as modules for a browser, with their types stripped and without a bundler. */
export async function serveSources(): Promise<SourceServer> {
  const missing: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    // The pattern allows one dot, before the extension, so a path cannot contain two dots.
    const known = /^\/(pow|primitives)\/src\/[a-z0-9/-]+\.ts$/.test(path);
    const source = known
      ? readFile(fileURLToPath(new URL(`.${path}`, packages)), 'utf8')
      : Promise.reject(new Error('not a source'));
    source.then(
      (text) => response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(text)),
      () => {
        if (path !== '/favicon.ico') missing.push(path);
        response.writeHead(404).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    missing,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
