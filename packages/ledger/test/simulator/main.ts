// Simulates payouts by thousands of seeds: `npm run simulate -- --seeds 10000`. With `--seed N` it tells one run step by step, with
// `--world nonces` or `--world pps` it simulates another world, and with `--file` the books are in a file, one connection for each process.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { described, faultOf, shrink } from './shrink.ts';
import { TROUBLES, type Trouble } from './simulation-options.ts';
import { WORLDS, type WorldName } from './worlds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '250' },
    seed: { type: 'string' },
    without: { type: 'string', default: '' },
    world: { type: 'string', default: 'payouts' },
    file: { type: 'boolean', default: false },
    worker: { type: 'boolean', default: false },
  },
});
const [seeds, from, steps] = [values.seeds, values.from, values.steps].map(Number);
if (![seeds, from, steps].every((value) => Number.isSafeInteger(value) && Number(value) > 0))
  throw new RangeError('--seeds, --from and --steps must be whole numbers above zero');

if (!Object.hasOwn(WORLDS, values.world))
  throw new RangeError(`--world must be one of ${Object.keys(WORLDS).join(', ')}`);
const world = values.world as WorldName;

if (values.seed !== undefined) await tellOne(Number(values.seed));
else if (values.worker) await runAll();
else await spread();

/** Tells one run step by step. */
async function tellOne(seed: number): Promise<void> {
  const names = values.without.split(',');
  const without = new Set<Trouble>(TROUBLES.filter((trouble) => names.includes(trouble)));
  const log = (line: string) => process.stdout.write(`${line}\n`);
  log(JSON.stringify(await WORLDS[world]({ seed, steps: Number(steps), without, log, onFile: values.file })));
}

/** Runs all seeds of this process, and shrinks those that fail. */
async function runAll(): Promise<void> {
  for (let seed = Number(from); seed < Number(from) + Number(seeds); seed += 1) {
    const options = { seed, steps: Number(steps), onFile: values.file };
    if ((await faultOf(options, WORLDS[world])) === undefined) continue;
    process.stdout.write(`seed ${seed}: ${described(await shrink(options, WORLDS[world]), world)}\n`);
    process.exitCode = 1;
  }
}

/** One process for each core. */
async function spread(): Promise<void> {
  const workers = Math.min(availableParallelism(), Number(seeds));
  const each = Math.ceil(Number(seeds) / workers);
  const started = performance.now();
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const share = Math.min(each, Number(seeds) - i * each);
      const args = [
        '--worker',
        '--from',
        String(Number(from) + i * each),
        '--seeds',
        String(share),
        '--steps',
        String(steps),
        '--world',
        world,
        ...(values.file ? ['--file'] : []),
      ];
      const child = spawn(
        process.execPath,
        ['--conditions=adit-source', fileURLToPath(import.meta.url), ...args],
        {
          stdio: 'inherit',
        },
      );
      return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
    }),
  );
  const isGood = codes.every((code) => code === 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${seeds} seeds of ${steps} steps in ${seconds} s: ${isGood ? 'no fault' : 'FAULTS'}\n`,
  );
  process.exitCode = isGood ? 0 : 1;
}
