// The one launcher behind every entry script: `node scripts/run.mjs <task> [arguments]`.
//
// It prepares the checkout (installs from the lock, compiles the kernels, builds the pages where the task needs them), finds
// a Node that is new enough, and starts the task. It is plain JavaScript without dependencies, because it runs before
// packages are installed, and on Nodes that are too old for the rest. It prints to stderr only: stdout belongs to the task.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, ensureKernels, ensurePages, findNode, say } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The script of each task, and whether it needs the built pages (`true`, or the commands that do): a page that does not
 * build must not stop a miner. TypeScript runs as it is, and rooms find each other through the "adit-source" condition.
 */
const tasks = {
  start: { script: 'packages/cli/src/main.ts', prefix: ['demo'], cwd: whereTyped, pages: true },
  adit: { script: 'packages/cli/src/main.ts', prefix: [], cwd: whereTyped, pages: ['web', 'demo'] },
  test: { script: 'scripts/test.mjs', prefix: [], pages: true },
  check: { script: 'scripts/check.mjs', prefix: [], pages: true },
  format: { script: 'scripts/check.mjs', prefix: ['--write'], pages: true },
  build: { script: 'scripts/build.mjs', prefix: [] },
  pack: { script: 'scripts/pack/main.ts', prefix: [] },
  docs: { script: 'scripts/docs/main.ts', prefix: [] },
  api: { script: 'scripts/api/main.ts', prefix: [] },
  bench: { script: 'bench/main.ts', prefix: [] },
  soak: { script: 'test/soak/main.ts', prefix: [] },
  upgrades: { script: 'test/soak/upgrades.ts', prefix: [] },
  fuzz: { script: 'test/fuzz/main.ts', prefix: [] },
  integration: { script: 'test/integration/main.ts', prefix: [] },
  'one-price': { script: 'test/one-price/main.ts', prefix: [] },
  'demo-goal': { script: 'test/demo-goal/main.ts', prefix: [] },
  simulate: { script: 'test/simulate/main.ts', prefix: [] },
  mutate: { script: 'test/mutation/main.ts', prefix: [] },
  setup: { script: undefined, prefix: [], pages: true },
};

const [name, ...args] = process.argv.slice(2);
const task = name !== undefined && Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) {
  say(`unknown task ${JSON.stringify(name ?? '')}; there are: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}

try {
  await ensureInstalled(root);
  const node = findNode(root);
  await ensureKernels(root, node);
  if (needsPages(task)) await ensurePages(root, node);
  if (task.script === undefined) process.exit(0);
  if (!existsSync(path.join(root, task.script)))
    throw new Error(`${task.script} is missing from this checkout`);
  // Node keeps the compiled sources here, so every process but the first starts in a third of the time.
  process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules', '.cache', 'compiled');
  run(
    node,
    ['--conditions=adit-source', path.join(root, task.script), ...task.prefix, ...args],
    task.cwd?.(),
  );
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

function needsPages({ pages = [] }) {
  return pages === true || pages.some((command) => args.includes(command));
}

/**
 * The folder in which somebody typed `npm run adit`: paths on the command line are meant from there, and npm has gone to
 * the checkout. Undefined where npm did not run this very task: its variables are inherited by whatever it starts.
 */
function whereTyped() {
  const { INIT_CWD: typed, npm_lifecycle_event: event } = process.env;
  return event === name && path.resolve() === root ? typed : undefined;
}

/** Runs the task with the stdio of this process, passes signals on, and exits with the status of the task. */
function run(node, argv, cwd) {
  const child = spawn(node, argv, { stdio: 'inherit', ...(cwd === undefined ? {} : { cwd }) });
  // A terminal sends its signals to the whole group, but `kill` sends them to this process only.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}
