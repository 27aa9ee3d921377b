import { AditError } from '@adit/primitives';
import {
  parsePoolAddress,
  type ReplayedRequest,
  ReplayPool,
  readRecordingFile,
  replayAsMiner,
} from '@adit/tap';
import { parseListenAddress, placeOf } from '@adit/wire';
import { untilStopped } from '../../exit.ts';
import { type TlsCommandOptions, tlsOption } from '../tls-option.ts';
import { Notes } from './notes.ts';
import { secondsOption } from './options.ts';
import { paint } from './paint.ts';
import { STOPPED_STATUS, stopSignal } from './stop.ts';

export interface ReplayCommandOptions extends TlsCommandOptions {
  /** Address of a pool, to which this program plays the miner's part. */
  readonly against?: string;
  /** Address to listen on. This program plays the pool's part to each miner that connects. */
  readonly listen?: string;
  /** Replaces the passwords that the recording leaves out. */
  readonly password: string;
  readonly fast: boolean;
  /** Seconds to wait for an answer. */
  readonly wait: string;
  readonly iOperateThisPool: boolean;
}

/**
 * `adit probe replay <file>`: plays one part of a saved conversation. Against a pool it ends with status 1 if an answer
 * is not of the recorded kind.
 */
export async function runReplay(file: string, options: ReplayCommandOptions): Promise<void> {
  const { against, listen } = options;
  if (against !== undefined && listen === undefined) await asMiner(file, against, options);
  else if (listen !== undefined && against === undefined) await asPool(file, listen, options);
  else {
    throw new AditError(
      'ADIT_BAD_OPTION',
      'say either --against stratum+tcp://host:port (play the miner) or --listen 127.0.0.1:port (play the pool)',
    );
  }
}

async function asMiner(file: string, against: string, options: ReplayCommandOptions): Promise<void> {
  const { host, port, tls } = parsePoolAddress(against, '--against');
  const run = {
    host,
    port,
    ...tlsOption(tls, options),
    password: options.password,
    fast: options.fast,
    answerMs: secondsOption('--wait', options.wait, 600),
    operated: options.iOperateThisPool,
  };
  const report = await replayAsMiner(readRecordingFile(file), run, {
    signal: stopSignal(),
    onRequest: (request) => process.stdout.write(paint(request.same ? 'good' : 'bad', sentence(request))),
  });
  for (const { connection, method } of report.missing) {
    process.stdout.write(paint('bad', `[${connection}] ${method} was recorded and did not come`));
  }
  const differ = report.requests.filter(({ same }) => !same).length;
  const left =
    report.skipped > 0 ? `, ${report.skipped} lines are not in the recording and were not sent` : '';
  const end = report.stopped ? '; stopped before the end' : '';
  process.stdout.write(
    `${report.requests.length} requests, ${differ} answered otherwise, ${report.missing.length} methods missing${left}${end}\n`,
  );
  if (report.stopped) process.exitCode = STOPPED_STATUS;
  else if (differ > 0 || report.missing.length > 0) process.exitCode = 1;
}

function sentence({ connection, method, id, recorded, now, same }: ReplayedRequest): string {
  const what = same ? now : `recorded ${recorded}, now ${now}`;
  return `[${connection}] ${same ? 'same ' : 'other'} ${method} #${id}: ${what}`;
}

async function asPool(file: string, listen: string, options: ReplayCommandOptions): Promise<void> {
  const { host, port } = parseListenAddress(listen);
  tlsOption(false, options);
  const notes = new Notes();
  const pool = new ReplayPool(
    readRecordingFile(file),
    { listen: { host, port }, fast: options.fast, allowRemote: options.iOperateThisPool },
    {
      onNote: (connection, text) => {
        const told = notes.next(text);
        if (told === undefined) return;
        process.stdout.write(
          paint('event', `${new Date().toISOString().slice(11, 23)} [${connection}] ${told}`),
        );
      },
    },
  );
  const at = await pool.start();
  process.stdout.write(`replay: the recorded pool listens on ${placeOf(host, at)}\n`);
  try {
    await untilStopped();
  } finally {
    await pool.stop();
  }
  for (const text of notes.rest()) process.stdout.write(paint('event', text));
}
