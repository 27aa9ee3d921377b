import { existsSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { LOCK_FILE } from '@adit/journal';
import { messageOf } from '@adit/primitives';
import type { Fault } from './faults.ts';

/** Files that the pool makes in its data folder, besides the control socket. */
const OWN_FILES = ['leases.db', 'bans.db', LOCK_FILE];
/** Endings of SQLite's files beside a database, and of a database that could not be read and was set aside. */
const OWN_ENDINGS = ['', '-wal', '-shm', '-journal', '.broken'];
const OWN_FOLDERS = ['journal', 'archive', 'blocks', 'targets'];

/** Limits an error text, which may contain a path of any length. */
const MOST_WORDS = 200;
/** Linux takes 107 bytes. The pool first makes a socket with its process number behind the name: a dot and seven digits. */
const LONGEST_SOCKET_PATH = 99;
/** Mode bit of a folder that many users share, and in which only owners may remove their files: /tmp. */
const STICKY = 0o1000;

/** All are absolute. */
export interface WrittenPlaces {
  /** Data folder. */
  readonly data: string;
  /** Control socket. */
  readonly control: string;
  /** Folder of archived journals. */
  readonly archive: string;
}

/**
 * Checks the places that the pool writes to. The pool treats the data folder as its own, and replaces a socket that
 * has the name of its control socket. Neither may belong to another program.
 */
export function placeFaults({ data, control, archive }: WrittenPlaces): Fault[] {
  const faults = attempt('data', () => dataFaults(data));
  if (faults.length > 0) return faults;
  return [
    ...attempt('control', () => controlFaults(data, control)),
    ...attempt('ledger.archive', () => folderFaults(archive)),
  ];
}

/** Reports an error of the file system as a fault: the path is too long, leads through a file, or cannot be read. */
function attempt(key: string, look: () => string[]): Fault[] {
  try {
    return look().map((message) => ({ key, message }));
  } catch (error) {
    const what = messageOf(error).split('\n')[0]?.slice(0, MOST_WORDS);
    return [{ key, message: `expected a path that can be used: ${what}` }];
  }
}

/** A folder that is there, or that can be made. */
function folderFaults(folder: string): string[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory() ? [] : [`${folder} is a file; expected a folder`];
  const above = path.dirname(folder);
  return above !== folder && leadsThroughFile(above)
    ? [`${above} leads through a file; expected a folder`]
    : [];
}

function dataFaults(data: string): string[] {
  const faults = folderFaults(data);
  const found = statSync(data, { throwIfNoEntry: false });
  if (faults.length > 0 || found === undefined) return faults;
  const blocks = path.join(data, 'blocks');
  if (path.dirname(data) === data || (found.mode & STICKY) !== 0)
    return [`${data} belongs to the whole system; expected a folder of the pool's own`];
  // The data folder of a node has a folder of this name too.
  if (!isOurs(blocks)) return [`${blocks} was not made by this pool; expected a folder of the pool's own`];
  return [];
}

/** Whether the pool made a folder of blocks: it holds nothing else, or the part that the pool makes first. */
function isOurs(blocks: string): boolean {
  const found = statSync(blocks, { throwIfNoEntry: false });
  if (found === undefined) return true;
  if (!found.isDirectory()) return false;
  if (existsSync(path.join(blocks, 'done'))) return true;
  // An operator may have deleted that part.
  return readdirSync(blocks).every((name) => name === 'owners' || name.includes('.json'));
}

function leadsThroughFile(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found !== undefined) return !found.isDirectory();
  const above = path.dirname(folder);
  return above !== folder && leadsThroughFile(above);
}

function controlFaults(data: string, control: string): string[] {
  const expected = 'expected a free name for a UNIX socket';
  if (isOwn(path.relative(data, control)))
    return [`${control} is a name that the pool needs for something else; ${expected}`];
  const length = Buffer.byteLength(control);
  if (length > LONGEST_SOCKET_PATH)
    return [
      `found a path of ${length} bytes (${control}), expected at most ${LONGEST_SOCKET_PATH}: set control = "/run/adit/control.sock" or another short path`,
    ];
  const what = lstatSync(control, { throwIfNoEntry: false });
  if (what === undefined || what.isSocket()) return [];
  return [`${control} is there already and ${kindOf(what)}, no socket; ${expected}`];
}

function isOwn(name: string): boolean {
  if (name === '' || OWN_FOLDERS.includes(name.split(path.sep)[0] ?? '')) return true;
  return OWN_FILES.some((file) => OWN_ENDINGS.some((ending) => name === file + ending));
}

/** What a path is, if it is not a socket. */
export function kindOf(what: Stats): string {
  if (what.isDirectory()) return 'a folder';
  if (what.isSymbolicLink()) return 'a link';
  return what.isFile() ? 'a file' : 'a device or a pipe';
}
