import { AsyncLocalStorage } from 'node:async_hooks';
import { main } from 'adit';
import type { AditRun } from './pool-process.ts';

/** The call that ends the process, which a command makes at its end. */
class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit with status ${status}`);
    this.status = status;
  }
}

/** What a command prints is collected by the call that runs it; reporters of the tests go on to print. */
const calls = new AsyncLocalStorage<AditCall>();

interface AditCall {
  out: string;
  err: string;
  status: number | undefined;
}

/**
 * Runs the command line in this process, with the status and the output that `runAdit` would give. Starting a process
 * costs a second of processor time, and a test of many calls needs only one that shows the process itself. Not for
 * commands that run until a signal comes, nor for a pool that fails to start: only the end of its process frees what
 * it holds. Not beside a ledger that runs in this process either: a command that waits for the lock of the database keeps
 * the thread from ending the transaction that has it. One call at a time, because the working folder belongs to the process.
 */
export async function aditHere(args: readonly string[], cwd: string): Promise<AditRun> {
  const { stdout, stderr } = process;
  const before = {
    cwd: process.cwd(),
    exit: process.exit,
    exitCode: process.exitCode,
    out: stdout.write,
    err: stderr.write,
    listeners: [stdout.listeners('error'), stderr.listeners('error')],
  };
  const call: AditCall = { out: '', err: '', status: undefined };
  process.chdir(cwd);
  process.exit = exit;
  stdout.write = collect('out', before.out.bind(stdout));
  stderr.write = collect('err', before.err.bind(stderr));
  try {
    await calls.run(call, () => main(args));
    call.status ??= Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  } finally {
    process.chdir(before.cwd);
    process.exit = before.exit;
    process.exitCode = before.exitCode;
    stdout.write = before.out;
    stderr.write = before.err;
    // The program listens for a reader that goes away, once in each process.
    for (const [i, stream] of [stdout, stderr].entries())
      for (const listener of stream.listeners('error'))
        if (before.listeners[i]?.includes(listener) !== true)
          stream.removeListener('error', listener as () => void);
  }
  return { status: call.status ?? 0, out: call.out, err: call.err };
}

/** Ends the command, not the process. */
function exit(code?: number | string | null): never {
  const call = calls.getStore();
  const status = Number(code ?? process.exitCode ?? 0);
  // The program's own handler of errors sees this one, too, and would end with another status.
  if (call !== undefined) call.status ??= status;
  throw new Exit(status);
}

function collect(stream: 'out' | 'err', write: typeof process.stdout.write): typeof process.stdout.write {
  const collected = (...[chunk, encoding, callback]: Parameters<typeof process.stdout.write>): boolean => {
    const call = calls.getStore();
    if (call === undefined || typeof chunk !== 'string') return write(chunk, encoding, callback);
    // A process that has ended prints nothing more.
    if (call.status === undefined) call[stream] += chunk;
    for (const done of [encoding, callback] as unknown[]) if (typeof done === 'function') done();
    return true;
  };
  return collected as typeof process.stdout.write;
}
