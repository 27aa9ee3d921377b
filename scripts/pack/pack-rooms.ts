import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Manifest, Tarball } from './tarball.ts';

/** The rooms that are packages for everybody, in the order of the workspaces. */
export function publicRooms(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly workspaces: readonly string[];
  };
  return workspaces
    .map((folder) => path.basename(folder))
    .filter((room) => manifestOf(root, room).private !== true);
}

/** The package.json of a room. */
export function manifestOf(root: string, room: string): Manifest {
  return JSON.parse(readFileSync(path.join(root, 'packages', room, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Builds all rooms and packs those for everybody. Nothing is published.
 * @param folder where the tarballs go; it is made where it is missing, and must hold no others
 * @throws Error where a room does not compile, or npm does not pack it
 */
export function packRooms(root: string, folder: string): Tarball[] {
  mkdirSync(folder, { recursive: true });
  const others = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (others.length > 0) throw new Error(`${folder} holds tarballs already: ${others.join(', ')}`);
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  run(process.execPath, [path.join(root, 'scripts', 'build.mjs')]);
  const rooms = publicRooms(root);
  const workspaces = rooms.flatMap((room) => ['--workspace', `packages/${room}`]);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(npm, ['pack', '--silent', '--pack-destination', folder, ...workspaces]);
  return rooms.map((room) => readTarball(root, folder, room));
}

function readTarball(root: string, folder: string, room: string): Tarball {
  const { name, version } = manifestOf(root, room);
  const file = path.join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  const tar = (...args: string[]) => execFileSync('tar', args, { encoding: 'utf8' });
  return {
    room,
    file,
    bytes: statSync(file).size,
    entries: tar('-tzf', file)
      .split('\n')
      .filter((entry) => entry !== '')
      .map((entry) => entry.replace(/^package\//, '')),
    manifest: JSON.parse(tar('-xzOf', file, 'package/package.json')) as Manifest,
  };
}
