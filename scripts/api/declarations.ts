import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Lets the compiler write the declarations of rooms, and hands them over. TypeScript 7 has no interface for programs yet,
 * but what it writes is what users of a package see.
 *
 * @param root the checkout @param rooms names of folders below `packages/`
 * @param use gets the folder, in which `primitives/src/index.d.ts` and the others lie; it is removed afterwards
 */
export function withDeclarations<T>(root: string, rooms: readonly string[], use: (folder: string) => T): T {
  const scratch = path.join(root, '.adit-build');
  mkdirSync(scratch, { recursive: true });
  // A folder for each call: two tests may ask at once.
  const folder = mkdtempSync(path.join(scratch, 'declarations-'));
  try {
    const out = path.join(folder, 'out');
    const config = {
      extends: path.join(root, 'tsconfig.base.json'),
      compilerOptions: {
        rootDir: path.join(root, 'packages'),
        outDir: out,
        declaration: true,
        emitDeclarationOnly: true,
        customConditions: ['adit-source'],
      },
      include: rooms.map((room) => path.join(root, 'packages', room, 'src', '**', '*.ts')),
    };
    const file = path.join(folder, 'tsconfig.json');
    writeFileSync(file, JSON.stringify(config));
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', file], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the declarations do not compile:\n${stdout}`);
    return use(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
