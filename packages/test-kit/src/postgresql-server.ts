import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { until } from './until.ts';

/** Where Debian puts the servers of all versions. */
const DEBIAN = '/usr/lib/postgresql';
const OLDEST = 15;
export const PASSWORD = 'correct horse: battery/staple';

/** Why no server can be started; undefined where one can. A test that is skipped for it says so. */
export const WITHOUT_POSTGRESQL: string | undefined =
  binaries() === undefined
    ? `PostgreSQL ${OLDEST} or newer is not installed (Debian: postgresql)`
    : undefined;

function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const newest = readdirSync(DEBIAN)
    .map(Number)
    .filter((version) => version >= OLDEST)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? undefined : path.join(DEBIAN, String(newest), 'bin');
}

/** A server refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((user) => user.startsWith('postgres:'));
  const [, , uid = '65534', gid = '65534'] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * A server of its own for a test file, in a temporary folder, on a socket in it. Its order of text is that of English, so that a ledger
 * that relies on the database's order is caught.
 */
export class PostgresqlServer {
  /** The folder with the socket. */
  readonly folder: string;
  readonly #bin: string;
  readonly #user = unprivileged();
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(bin: string) {
    this.#bin = bin;
    this.folder = mkdtempSync(path.join(tmpdir(), 'adit-pg-'));
  }

  static async start(): Promise<PostgresqlServer> {
    const bin = binaries();
    if (bin === undefined) throw new Error(WITHOUT_POSTGRESQL);
    const server = new PostgresqlServer(bin);
    server.#initialise();
    await server.run();
    return server;
  }

  /** Starts the server again that was stopped. */
  async run(): Promise<void> {
    const child = spawn(
      path.join(this.#bin, 'postgres'),
      [
        ['-D', this.#data],
        ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${this.folder}`],
        // The disk is not what is tested here.
        ['-c', 'fsync=off', '-c', 'shared_buffers=16MB', '-c', 'max_connections=30'],
      ].flat(),
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.folder, ...this.#user },
    );
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
    });
    this.#process = child;
    process.once('exit', () => child.kill('SIGQUIT'));
    await until('the server answers', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended: ${log}`);
      return this.query('SELECT 1').then(
        () => true,
        () => false,
      );
    });
  }

  /** Stops the server, and cuts all sessions off. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a statement as the operator would. */
  async query(sql: string, database = 'postgres'): Promise<readonly unknown[]> {
    const client = new Client({ host: this.folder, user: 'adit', password: PASSWORD, database });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** @returns the URL of a new database */
  async newDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `ledger_${this.#databases}`;
    await this.query(`CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  urlOf(database: string, password = PASSWORD): string {
    return `postgresql://adit:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(this.folder)}`;
  }

  /** Copies a database as an operator does who restores a dump. */
  copyDatabase(from: string, to: string): void {
    const env = { ...process.env, PGPASSWORD: PASSWORD, PGHOST: this.folder, PGUSER: 'adit' };
    const dump = execFileSync(path.join(this.#bin, 'pg_dump'), ['--format=custom', from], { env });
    execFileSync(path.join(this.#bin, 'pg_restore'), [`--dbname=${to}`], { env, input: dump });
  }

  get socket(): string {
    return path.join(this.folder, '.s.PGSQL.5432');
  }

  get #data(): string {
    return path.join(this.folder, 'data');
  }

  #initialise(): void {
    const password = path.join(this.folder, 'password');
    writeFileSync(password, PASSWORD);
    if (this.#user !== undefined)
      for (const file of [this.folder, password]) chownSync(file, this.#user.uid, this.#user.gid);
    chmodSync(this.folder, 0o700);
    execFileSync(
      path.join(this.#bin, 'initdb'),
      [
        ['-D', this.#data, '-U', 'adit', '--auth=scram-sha-256', `--pwfile=${password}`, '--no-sync'],
        ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'],
      ].flat(),
      { stdio: ['ignore', 'ignore', 'inherit'], cwd: this.folder, ...this.#user },
    );
  }
}
