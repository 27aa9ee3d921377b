import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { type ReadyAnswer, readyAnswer } from './answer-cache.ts';

/** A file as it is served. */
export interface StaticFile {
  readonly answer: ReadyAnswer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Pages of the pool and their parts: more is a folder that was named by mistake. */
const MOST_FILES = 500;
const MOST_BYTES = 16 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Headers of pages. Nothing of another origin is loaded, no text becomes a script (Trusted Types), and no other page shows this one in a
 * frame.
 */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Names of parts hold a hash of their content, so they never change. */
const PART = /-[A-Za-z0-9_-]{8}\.\w+$/;
const PART_S = 31_536_000;

/**
 * The files of a folder, read into memory once. Requests find them by their names in a table, so no request is ever a path of the disk.
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** @throws AditError `ADIT_WEB_FILES` for a folder that cannot be read, or has too much in it */
  constructor(folder: string) {
    let bytes = 0;
    try {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = path.join(entry.parentPath, entry.name);
        const type = TYPES[path.extname(entry.name)];
        if (type === undefined) continue;
        bytes += statSync(file).size;
        if (this.#files.size >= MOST_FILES || bytes > MOST_BYTES) throw new Error('it has too many files');
        const name = path.relative(folder, file).split(path.sep).join('/');
        const seconds = PART.test(name) ? PART_S : 0;
        this.#files.set(name, {
          answer: readyAnswer(200, type, readFileSync(file), seconds),
          headers: PAGE_HEADERS,
        });
      }
    } catch (error) {
      throw new AditError('ADIT_WEB_FILES', `the pages in ${folder} cannot be served: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  get size(): number {
    return this.#files.size;
  }

  /** The file at a path. A path without an extension is a page that the program in `index.html` shows. */
  find(segments: readonly string[]): StaticFile | undefined {
    const name = segments.join('/');
    const last = segments.at(-1) ?? '';
    return this.#files.get(name) ?? (path.extname(last) in TYPES ? undefined : this.#files.get('index.html'));
  }
}
