import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = path.join(root, 'scripts', 'run.mjs');
const node = (args: readonly string[], options: { cwd?: string } = {}) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', ...options });

test('arguments, stdout and the exit status belong to the task', () => {
  const version = node([launcher, 'adit', '--version']);
  assert.deepEqual([version.status, version.stderr], [0, '']);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const failed = node([launcher, 'adit', 'pool', '--config', 'nowhere.toml']);
  assert.equal(failed.status, 78);
  assert.equal(failed.stdout, '');
  assert.match(failed.stderr, /nowhere\.toml/);
});

test('paths on the command line are meant from where `npm run adit` was typed, and from nowhere else', (context) => {
  const folder = temporaryFolder(context);
  const init = (env: NodeJS.ProcessEnv, file: string, cwd = root) =>
    spawnSync(process.execPath, [launcher, 'adit', 'init', 'zcash', '--output', file], {
      cwd,
      env: { ...process.env, ...env },
    }).status;
  assert.equal(init({ INIT_CWD: folder, npm_lifecycle_event: 'adit' }, 'typed.toml'), 0);
  assert.ok(existsSync(path.join(folder, 'typed.toml')));
  // A program that npm runs may start this one anywhere.
  const other = path.join(folder, 'other');
  mkdirSync(other);
  assert.equal(init({ INIT_CWD: folder, npm_lifecycle_event: 'adit' }, 'a.toml', other), 0);
  assert.equal(init({ INIT_CWD: folder, npm_lifecycle_event: 'test' }, 'b.toml', other), 0);
  assert.ok(existsSync(path.join(other, 'a.toml')) && existsSync(path.join(other, 'b.toml')));
});

test('an unknown task is refused with the names of those that there are', () => {
  for (const name of ['frobnicate', '__proto__', 'constructor']) {
    const { status, stderr } = node([launcher, name]);
    assert.equal(status, 2);
    assert.match(stderr, /there are: start, adit, test/);
  }
});

test('a signal to the launcher reaches the task, and its status comes back', async () => {
  const child = spawn(process.execPath, [launcher, 'adit', 'devnet', 'zcash'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('answers at')) resolve();
    });
  });
  child.kill('SIGTERM');
  const [code] = await new Promise<[number | null]>((resolve) =>
    child.on('close', (status) => resolve([status])),
  );
  assert.equal(code, 0);
});

test('the committed bin runs in the checkout through the launcher', () => {
  const { status, stdout } = node([path.join(root, 'packages', 'cli', 'bin', 'adit.js'), '--version']);
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

/** A checkout in small: the real launcher, with builders that only leave a trace. @returns the folder */
function smallCheckout(context: TestContext): string {
  const folder = temporaryFolder(context);
  for (const file of ['scripts/run.mjs', 'scripts/setup.mjs', 'package-lock.json', '.npmrc'])
    cpSync(path.join(root, file), path.join(folder, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const builder of ['build-kernels.mjs', 'build-pages.mjs'])
    writeFileSync(path.join(folder, 'scripts', builder), '');
  for (const source of [KERNEL, PAGE, 'packages/dashboard/index.html']) {
    mkdirSync(path.dirname(path.join(folder, source)), { recursive: true });
    writeFileSync(path.join(folder, source), 'one');
  }
  return folder;
}

const KERNEL = 'packages/pow/assembly/kernel.ts';
const PAGE = 'packages/dashboard/src/app.tsx';

for (const [source, told] of [
  [KERNEL, /compiling the WebAssembly kernels/],
  [PAGE, /building the pages/],
] as const)
  test(`a changed ${source} makes the launcher build again, a touched one does not`, (context) => {
    const folder = smallCheckout(context);
    const setup = () => node([path.join(folder, 'scripts', 'run.mjs'), 'setup']);
    assert.match(setup().stderr, told);
    assert.equal(setup().stderr, '');
    writeFileSync(path.join(folder, source), 'one');
    assert.equal(setup().stderr, '');
    writeFileSync(path.join(folder, source), 'two');
    assert.match(setup().stderr, told);
  });

test('pages that do not build stop the commands that serve them, and no miner', (context) => {
  const folder = smallCheckout(context);
  writeFileSync(path.join(folder, 'scripts', 'build-pages.mjs'), 'process.exit(1)');
  const main = path.join(folder, 'packages', 'cli', 'src', 'main.ts');
  mkdirSync(path.dirname(main), { recursive: true });
  writeFileSync(main, '');
  const adit = (command: string) => node([path.join(folder, 'scripts', 'run.mjs'), 'adit', command]);
  assert.equal(adit('miner').status, 0);
  for (const command of ['web', 'demo']) {
    const { status, stderr } = adit(command);
    assert.equal(status, 1, command);
    assert.match(stderr, /build-pages\.mjs/, command);
  }
});
