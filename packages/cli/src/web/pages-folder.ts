import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built pages may be: beside this package in a checkout, or inside of it when it is packed. */
const FOLDERS = ['../../../dashboard/dist', '../../dashboard'] as const;

/** The folder of the built pages; undefined where nobody has built them, and only the API is served. */
export function pagesFolder(): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return FOLDERS.map((part) => path.resolve(here, part)).find((folder) =>
    existsSync(path.join(folder, 'index.html')),
  );
}
