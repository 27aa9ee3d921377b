import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AditError, messageOf } from '@adit/primitives';

/** The first descriptor of sockets that systemd hands over (sd_listen_fds). */
const FIRST = 3;

/**
 * The sockets that systemd opened for this process, by their names (`FileDescriptorName=`), which must be names of
 * ports. The variables are removed from the environment, because they are meant for this process alone.
 * @throws AditError `ADIT_LISTEN_FDS`
 */
export function systemdSockets(
  ports: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  pid = process.pid,
): Map<string, { readonly fd: number }> {
  const { LISTEN_PID: forPid, LISTEN_FDS: count = '0', LISTEN_FDNAMES: list = '' } = environment;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[name];
  if (forPid !== String(pid)) return new Map();
  const names = list.split(':').slice(0, Number(count));
  const unknown = names.filter((name) => !ports.includes(name));
  if (names.length !== Number(count) || unknown.length > 0) {
    throw new AditError(
      'ADIT_LISTEN_FDS',
      `systemd gave ${count} sockets named ${list || 'nothing'}; expected names of ports: ${ports.join(', ')}`,
    );
  }
  return new Map(names.map((name, i) => [name, { fd: FIRST + i }]));
}

/** systemd-notify waits until systemd has taken the message. Beyond this time it is ended. */
const NOTIFY_MS = 3_000;

/**
 * Reports a state to systemd through `systemd-notify`, because Node cannot write to such a socket. Never rejects:
 * resolves when systemd has the report or cannot get it, and then calls `onProblem`.
 *
 * @param args `--ready`, `--stopping`, `--pid=123`, `--status=...`
 */
export async function notifySystemd(
  args: readonly string[],
  onProblem: (detail: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { NOTIFY_SOCKET: socket = '' } = environment;
  if (socket === '') return;
  try {
    const child = spawn('systemd-notify', args, { stdio: 'ignore', env: environment });
    // The end of the pool must not wait for it.
    child.unref();
    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(NOTIFY_MS) });
    if (code !== 0) onProblem(`systemd was not told ${args.join(' ')}: systemd-notify ended with ${code}`);
  } catch (error) {
    onProblem(`systemd was not told ${args.join(' ')}: ${messageOf(error)}`);
  }
}
