import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// fsync and fdatasync fail while a file is there.
const SOURCE = `
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>
static int fails(void) { const char *flag = getenv("FSYNC_FAILS"); return flag && access(flag, F_OK) == 0; }
int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return syscall(SYS_fdatasync, fd); }
`;

/** A disk for child processes that refuses to keep anything whenever a test says so. */
export class FailingDisk {
  /** For the child process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #flag: string;

  private constructor(library: string, flag: string) {
    this.#flag = flag;
    this.environment = { LD_PRELOAD: library, FSYNC_FAILS: flag };
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

  fail(): void {
    writeFileSync(this.#flag, '');
  }

  heal(): void {
    rmSync(this.#flag, { force: true });
  }
}
