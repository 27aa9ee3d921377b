// Writes the generated tables of docs/ (settings, probe, errors) into their pages: `npm run docs`. A test compares them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedPages } from './pages.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
for (const { file, found, wanted } of generatedPages(root)) {
  if (found !== wanted) writeFileSync(path.join(root, file), wanted);
  process.stdout.write(`${file}: ${found === wanted ? 'as it was' : 'written'}\n`);
}
