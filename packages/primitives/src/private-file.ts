/** The rights of others (read, write, execute), and of the group to write or execute. */
const NEVER = 0o037;
const GROUP_READS = 0o040;

/** What the system says of a file with a secret. */
export interface FileRights {
  /** Mode bits of `stat`; bits of the file's kind may be set too. */
  readonly mode: number;
  /** Group of the file. */
  readonly gid: number;
}

/** The groups of this process, as `process` of Node tells them. Systems without groups have neither function. */
export interface ProcessGroups {
  readonly getgid?: () => number;
  readonly getgroups?: () => readonly number[];
}

/**
 * Says why a file is not private enough for a secret: others may use it, or a group may that this process is not in.
 * A group of its own may read it, as with keys that belong to the group `ssl-cert`.
 *
 * @param file its name, for the command in the answer
 * @param process of Node
 * @returns undefined for a private file, and where the system has no groups; else what is wrong with the command that helps
 */
export function whyNotPrivate(
  file: string,
  { mode, gid }: FileRights,
  process: ProcessGroups,
): string | undefined {
  if (process.getgid === undefined) return undefined;
  const ownGroups = [process.getgid(), ...(process.getgroups?.() ?? [])];
  if ((mode & NEVER) === 0 && ((mode & GROUP_READS) === 0 || ownGroups.includes(gid))) return undefined;
  if ((mode & NEVER) !== 0) return `it can be read by others: run chmod 600 ${file}`;
  return `it can be read by others, those of group ${gid}, which is no group of this user: run chmod 600 ${file}, or run adit as a user of that group`;
}
