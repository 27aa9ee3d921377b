// Runs before `npm pack` and `npm publish` of a room, in its folder. Without a build a package would be a README and a
// LICENSE, and npm would not mind. Plain JavaScript for any Node, because npm takes the one on the path.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const sources = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => path.relative('src', path.join(entry.parentPath ?? entry.path, entry.name)));
const faults = sources.flatMap((source) => {
  const built = path.join('dist', source.replace(/\.ts$/, '.js'));
  if (!existsSync(built)) return [`${built} is missing`];
  const isOlder = statSync(built).mtimeMs < statSync(path.join('src', source)).mtimeMs;
  return isOlder ? [`${built} is older than its source`] : [];
});
if (sources.length === 0) faults.push('there are no sources');
if (faults.length > 0) {
  const [first] = faults;
  process.stderr.write(`${path.basename(process.cwd())} is not packed: ${first}. Run npm run build first\n`);
  process.exitCode = 1;
}
