// Builds, packs every public room, and says what would go out: `npm run pack`. It publishes nothing.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packRooms } from './pack-rooms.ts';
import { MOST_KIB } from './packages.ts';
import { faultsOf, kib, PUBLIC_FIELDS } from './tarball.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = path.join(root, 'packed');
const say = (text: string) => process.stdout.write(`${text}\n`);

rmSync(folder, { recursive: true, force: true });
const tarballs = packRooms(root, folder);
for (const { manifest, file, bytes, entries, room } of tarballs) {
  const size = `${kib(bytes)} KiB of at most ${MOST_KIB[room]}`;
  say(`${manifest.name}@${manifest.version}: ${path.relative(root, file)}, ${size}, ${entries.length} files`);
}
const faults = tarballs.flatMap((tarball) => faultsOf(tarball, MOST_KIB[tarball.room]));
for (const fault of faults) say(`FAULT ${fault}`);
for (const field of PUBLIC_FIELDS) {
  const lacking = tarballs.filter(({ manifest }) => manifest[field] === undefined).length;
  if (lacking > 0) say(`missing before a release: "${field}" in ${lacking} of ${tarballs.length} packages`);
}
say('npm install takes all of them in one command, since they depend on each other. Nothing was published.');
process.exitCode = faults.length === 0 ? 0 : 1;
