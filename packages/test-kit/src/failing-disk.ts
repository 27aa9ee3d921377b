import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// fsync and fdatasync fail while one file is there, and do not return while another one is. While a third one is there,
// rename does not return either: then no new file can be made. While a fourth one is there, a file that is to become a
// journal cannot be begun, as on a full disk. While a fifth one is there, no journal seems to exist: to ask for it fails.
const SOURCE = `
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>
static int there(const char *file, int mode) { return syscall(SYS_faccessat, AT_FDCWD, file, mode); }
static int is(const char *name) { const char *flag = getenv(name); return flag && there(flag, F_OK) == 0; }
static int fails(void) {
  while (is("FSYNC_HANGS")) {
    close(open(getenv("FSYNC_ENTERED"), O_CREAT | O_WRONLY, 0600));
    usleep(5000);
  }
  return is("FSYNC_FAILS");
}
int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fdatasync, fd); }
static int full(const char *name) {
  size_t n = strlen(name);
  return n > 4 && strcmp(name + n - 4, ".new") == 0 && is("OPEN_FAILS");
}
static int opened(const char *name, int flags, mode_t mode) {
  if (full(name)) { errno = ENOSPC; return -1; }
  return syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}
int open(const char *name, int flags, ...) {
  va_list all; va_start(all, flags); mode_t mode = va_arg(all, mode_t); va_end(all);
  return opened(name, flags, mode);
}
int open64(const char *name, int flags, ...) {
  va_list all; va_start(all, flags); mode_t mode = va_arg(all, mode_t); va_end(all);
  return opened(name, flags, mode);
}
int access(const char *name, int mode) {
  if (strstr(name, "/journal/") && is("ACCESS_FAILS")) { errno = EIO; return -1; }
  return there(name, mode);
}
int rename(const char *from, const char *to) {
  while (is("RENAME_HANGS")) usleep(5000);
  return syscall(SYS_renameat2, -100, from, -100, to, 0);
}
`;

/** A disk for child processes that fails or hangs whenever a test says so. */
export class FailingDisk {
  /** For the child process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #fails: string;
  readonly #hangs: string;
  readonly #hangsWhole: string;
  readonly #entered: string;
  readonly #full: string;
  readonly #mute: string;

  private constructor(library: string, flag: string) {
    this.#fails = flag;
    this.#hangs = `${flag}.hangs`;
    this.#entered = `${flag}.entered`;
    this.#hangsWhole = `${flag}.hangs.whole`;
    this.#full = `${flag}.full`;
    this.#mute = `${flag}.mute`;
    this.environment = {
      LD_PRELOAD: library,
      FSYNC_FAILS: this.#fails,
      FSYNC_HANGS: this.#hangs,
      FSYNC_ENTERED: this.#entered,
      RENAME_HANGS: this.#hangsWhole,
      OPEN_FAILS: this.#full,
      ACCESS_FAILS: this.#mute,
    };
  }

  /** @returns undefined without a C compiler for Linux */
  static make(folder: string): FailingDisk | undefined {
    if (process.platform !== 'linux') return undefined;
    const [source, library] = [path.join(folder, 'disk.c'), path.join(folder, 'disk.so')];
    writeFileSync(source, SOURCE);
    try {
      execFileSync('cc', ['-shared', '-fPIC', '-o', library, source], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    return new FailingDisk(library, path.join(folder, 'fails'));
  }

  /** Syncs fail from now on. */
  fail(): void {
    writeFileSync(this.#fails, '');
  }

  /** Syncs do not return from now on. @param whole whether no new file can be made either */
  hang(whole = false): void {
    if (whole) writeFileSync(this.#hangsWhole, '');
    writeFileSync(this.#hangs, '');
  }

  /** No new journal can be begun from now on. */
  fill(): void {
    writeFileSync(this.#full, '');
  }

  /** From now on the question whether a file of the journals exists ends with an error, as on a dead mount. */
  mute(): void {
    writeFileSync(this.#mute, '');
  }

  /** Whether a sync hangs, or has hung. */
  get hasHung(): boolean {
    return existsSync(this.#entered);
  }

  heal(): void {
    for (const flag of [this.#fails, this.#hangs, this.#hangsWhole, this.#full, this.#mute])
      rmSync(flag, { force: true });
  }
}
