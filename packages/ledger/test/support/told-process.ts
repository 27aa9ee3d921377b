import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A process that answers each line with one line. */
export interface ToldProcess {
  /** @returns its answer */
  tell(line: string): Promise<string>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Kills it at once. */
  kill(): Promise<void>;
}

/** Starts a script of this folder. It ends with the test. @param environment besides that of this process */
export function startTold(
  script: string,
  args: readonly string[],
  context: TestContext,
  environment: Readonly<Record<string, string>> = {},
): ToldProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=adit-source', file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  context.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    tell: async (line) => {
      child.stdin.write(`${line}\n`);
      return String((await lines.next()).value);
    },
    signal: (name) => void child.kill(name),
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
