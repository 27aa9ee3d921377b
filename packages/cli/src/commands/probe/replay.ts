import { AditError } from '@adit/primitives';
import {
  type Conversation,
  parseListenAddress,
  parsePoolAddress,
  type ReplayedRequest,
  ReplayPool,
  readRecordingFile,
  replayAsMiner,
} from '@adit/probe';
import { untilStopped } from '../../exit.ts';
import { paint } from './paint.ts';

export interface ReplayCommandOptions {
  /** Plays the miner's part to this pool. */
  readonly against?: string;
  /** Plays the pool's part to whoever connects here. */
  readonly listen?: string;
  /** Put where the recording has none. */
  readonly password?: string;
  readonly fast?: boolean;
  /** Seconds to wait for an answer. */
  readonly wait?: string;
  readonly iOperateThisPool?: boolean;
}

/**
 * `adit probe replay <file>`: plays one part of a saved conversation. Against a pool it ends with status 1 where an
 * answer is of another kind than the recorded one.
 */
export async function runReplay(file: string, options: ReplayCommandOptions): Promise<void> {
  const { against, listen } = options;
  const conversation = readRecordingFile(file);
  if (against !== undefined && listen === undefined) await asMiner(conversation, against, options);
  else if (listen !== undefined && against === undefined) await asPool(conversation, listen, options);
  else {
    throw new AditError(
      'ADIT_BAD_OPTION',
      'say either --against stratum+tcp://host:port (play the miner) or --listen 127.0.0.1:port (play the pool)',
    );
  }
}

async function asMiner(
  conversation: Conversation,
  against: string,
  options: ReplayCommandOptions,
): Promise<void> {
  const { host, port, tls } = parsePoolAddress(against, '--against');
  const seconds = Number(options.wait ?? '5');
  if (!(seconds > 0 && seconds <= 600)) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `--wait must be seconds, above 0 and up to 600, this is ${options.wait}`,
    );
  }
  const report = await replayAsMiner(
    conversation,
    {
      host,
      port,
      ...(tls ? { tls: {} } : {}),
      password: options.password ?? 'x',
      fast: options.fast === true,
      answerMs: seconds * 1000,
      allowRemote: options.iOperateThisPool === true,
    },
    { onRequest: (request) => process.stdout.write(paint(request.same ? 'good' : 'bad', sentence(request))) },
  );
  for (const { connection, method } of report.missing) {
    process.stdout.write(paint('bad', `[${connection}] ${method} was recorded and did not come`));
  }
  const differ = report.requests.filter(({ same }) => !same).length;
  const left =
    report.skipped > 0 ? `, ${report.skipped} lines are not in the recording and were not sent` : '';
  process.stdout.write(
    `${report.requests.length} requests, ${differ} answered otherwise, ${report.missing.length} methods missing${left}\n`,
  );
  if (differ > 0 || report.missing.length > 0) process.exitCode = 1;
}

function sentence({ connection, method, id, recorded, now, same }: ReplayedRequest): string {
  const what = same ? now : `recorded ${recorded}, now ${now}`;
  return `[${connection}] ${same ? 'same ' : 'other'} ${method} #${id}: ${what}`;
}

async function asPool(
  conversation: Conversation,
  listen: string,
  options: ReplayCommandOptions,
): Promise<void> {
  const pool = new ReplayPool(
    conversation,
    {
      listen: parseListenAddress(listen),
      fast: options.fast === true,
      allowRemote: options.iOperateThisPool === true,
    },
    {
      onNote: (connection, text) =>
        process.stdout.write(
          paint('event', `${new Date().toISOString().slice(11, 23)} [${connection}] ${text}`),
        ),
    },
  );
  const port = await pool.start();
  process.stdout.write(`replay: the recorded pool listens on port ${port}\n`);
  try {
    await untilStopped();
  } finally {
    await pool.stop();
  }
}
