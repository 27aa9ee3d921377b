import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { z } from 'zod';
import { kindOf } from '../config/places.ts';
import { refusalLine, resultLine } from './answer.ts';
import { askPool } from './client.ts';
import { type ControlRequest, controlRequest } from './requests.ts';

export interface ControlServerModules {
  /** Carries out a request. An error that it throws is sent as the answer. */
  readonly handle: (request: ControlRequest) => unknown;
}

/** Requests are short. Only answers may be long. */
const REQUEST_LIMIT = 4_096;
/** Enough for one administrator and some scripts. */
const MAX_CONNECTIONS = 16;
const IDLE_MS = 60_000;
const PROBE_MS = 1_000;
const withPid = z.object({ pid: z.number().int() });

/**
 * The pool's control socket. Only the user that runs the pool may open it.
 *
 * It is bound under a name of this process and then renamed over the socket of an earlier process. At the end only the
 * file that this process made is removed, so that a process which ends, or never began, cannot remove the socket of
 * another.
 */
export class ControlServer {
  readonly #file: string;
  readonly #modules: ControlServerModules;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Inode of the file that this process made: by now the name may belong to another process. */
  #inode: number | undefined;

  /** @param file path that `adit status` and the other commands open */
  constructor(file: string, modules: ControlServerModules) {
    this.#file = file;
    this.#modules = modules;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
    // A connection that could not be accepted must not end the pool.
    this.#server.on('error', () => {});
  }

  /**
   * @param options.from number of the process that hands over to this one, and may answer on the socket
   * @throws AditError `ADIT_CONTROL_IN_USE`, `ADIT_CONTROL_PATH`, `ADIT_CONTROL`
   */
  async listen({ from }: { readonly from?: number } = {}): Promise<void> {
    const own = `${this.#file}.${process.pid}`;
    if (Buffer.byteLength(own) > LONGEST_SOCKET_PATH) {
      throw new AditError(
        'ADIT_CONTROL_PATH',
        `the path of the control socket is too long for this system: set control = "/run/..." (${own})`,
      );
    }
    await refuseWhereAnswered(this.#file, from);
    await this.#take(own);
  }

  /**
   * Takes the name back, after a new process that should take over has failed. Open connections stay.
   * @throws AditError `ADIT_CONTROL_PATH`, `ADIT_CONTROL`
   */
  async reclaim(): Promise<void> {
    if (!this.#server.listening || this.#isOurs) return;
    // This closes only the listening socket, which has lost its name. Its connections stay: one of them waits for an
    // answer.
    this.#server.close();
    await this.#take(`${this.#file}.${process.pid}`);
  }

  async close(): Promise<void> {
    if (this.#isOurs) rmSync(this.#file, { force: true });
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
  }

  get #isOurs(): boolean {
    return this.#inode !== undefined && inodeOf(this.#file) === this.#inode;
  }

  /** @param own a name of this process, to bind under first */
  async #take(own: string): Promise<void> {
    checkKind(own);
    await this.#bind(own);
    this.#inode = inodeOf(own);
    // The rename below replaces any file of this name.
    checkKind(this.#file);
    renameSync(own, this.#file);
    // Node removes the name that it bound, which is free by now. `close` removes ours.
  }

  #bind(own: string): Promise<void> {
    // Remove the file of an earlier process with the same number.
    rmSync(own, { force: true });
    return new Promise((resolve, reject) => {
      const failed = (error: Error) =>
        reject(new AditError('ADIT_CONTROL', `the control socket cannot be opened: ${messageOf(error)}`));
      this.#server.once('error', failed);
      // The umask counts from the bind on, so that other users cannot open the socket even for a moment.
      const before = process.umask(0o177);
      try {
        this.#server.listen(own, () => {
          this.#server.off('error', failed);
          chmodSync(own, 0o600);
          resolve();
        });
      } finally {
        process.umask(before);
      }
    });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#answer(line, socket);
      if (text.length > REQUEST_LIMIT) socket.destroy();
    });
  }

  #answer(line: string, socket: Socket): void {
    // No time-out: an upgrade may take minutes.
    socket.setTimeout(0);
    this.#answerTo(line)
      .then((answer) => {
        socket.write(`${answer}\n`);
        socket.setTimeout(IDLE_MS);
      })
      // A failed answer ends the connection, not the pool.
      .catch(() => socket.destroy());
  }

  async #answerTo(line: string): Promise<string> {
    try {
      const request = controlRequest.safeParse(line.length > REQUEST_LIMIT ? undefined : JSON.parse(line));
      if (!request.success) {
        const [issue] = request.error.issues;
        const where = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
        return refusalLine('ADIT_BAD_REQUEST', `${where}: ${issue?.message ?? 'not understood'}`);
      }
      return resultLine(await this.#modules.handle(request.data));
    } catch (error) {
      if (error instanceof SyntaxError)
        return refusalLine('ADIT_BAD_REQUEST', 'expected one JSON object a line');
      return refusalLine(error instanceof AditError ? error.code : 'ADIT_FAILED', messageOf(error));
    }
  }
}

/** The kernel takes 108 bytes, of which the last is zero. */
const LONGEST_SOCKET_PATH = 107;

function inodeOf(file: string): number | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.ino;
}

/**
 * Only a socket may be replaced: a wrong path must not delete a file.
 * @throws AditError `ADIT_CONTROL_PATH`
 */
function checkKind(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isSocket()) return;
  throw new AditError(
    'ADIT_CONTROL_PATH',
    `control: ${file} is ${kindOf(found)}, no socket; expected a free name for a UNIX socket`,
  );
}

/**
 * Errors of a socket that no process listens on. Any other error means that the socket is in use, or is of another
 * kind.
 */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED']);

/**
 * Call it before the data folder is touched.
 * @param from number of the process that hands over to this one, and may answer on the socket
 * @throws AditError `ADIT_CONTROL_IN_USE` if another pool answers on this socket; `ADIT_CONTROL_PATH` if it is not a
 *   socket
 */
export async function refuseWhereAnswered(file: string, from?: number): Promise<void> {
  checkKind(file);
  if (!(await isAnswered(file))) return;
  if (from !== undefined && (await pidBehind(file)) === from) return;
  throw new AditError(
    'ADIT_CONTROL_IN_USE',
    `another pool answers on ${file}: stop it, or give this one another data folder`,
  );
}

/** Whether a living process listens: the file of a dead process stays behind. */
function isAnswered(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PROBE_MS, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(!NOBODY.has(code ?? '')));
  });
}

/** Number of the process that answers; undefined if it is not a pool. */
async function pidBehind(file: string): Promise<number | undefined> {
  const status: unknown = await askPool(file, { command: 'status' }).catch(() => undefined);
  return withPid.safeParse(status).data?.pid;
}
