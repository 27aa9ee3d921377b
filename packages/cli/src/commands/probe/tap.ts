import { messageOf } from '@adit/primitives';
import { type ConversationEvent, Describer, parsePoolAddress, RecordingFile, rawText, Tap } from '@adit/tap';
import { parseListenAddress, placeOf } from '@adit/wire';
import { dialectOption } from '../../dialects.ts';
import { untilStopped } from '../../exit.ts';
import { VERSION } from '../../version.ts';
import { type TlsCommandOptions, tlsOption } from '../tls-option.ts';
import { paint } from './paint.ts';

export interface TapCommandOptions extends TlsCommandOptions {
  readonly listen: string;
  readonly upstream: string;
  /** `zcash` or `truestratum`; detected by default. */
  readonly dialect?: string;
  readonly save?: string;
  readonly note?: string;
  readonly raw?: boolean;
  readonly allowRemote?: boolean;
}

/** `adit probe tap`: stands between miners and a pool, and prints what both say, until stopped. */
export async function runTap(options: TapCommandOptions): Promise<void> {
  const listen = parseListenAddress(options.listen);
  const { host, port, tls } = parsePoolAddress(options.upstream);
  const dialect = options.dialect === undefined ? undefined : dialectOption(options.dialect);
  const upstream = { host, port, ...tlsOption(tls, options) };
  const describer = new Describer(dialect);
  const startedAt = new Date();
  let recording: RecordingFile | undefined;
  const tap = new Tap(
    {
      listen,
      upstream,
      allowRemote: options.allowRemote === true,
      ...(dialect === undefined ? {} : { dialect }),
    },
    {
      onEvent: (event) => {
        try {
          recording?.add(event);
        } catch (error) {
          // The conversation goes on if the recording cannot be written.
          process.stderr.write(`adit: ${messageOf(error)}\n`);
        }
        say(event, options.raw === true ? rawText(event) : describer.describe(event), startedAt);
      },
    },
  );
  const at = await tap.start();
  try {
    if (options.save !== undefined) {
      recording = new RecordingFile(options.save, {
        adit: 'conversation',
        version: 1,
        dialect: dialect ?? null,
        startedAt: startedAt.toISOString(),
        note: options.note ?? `adit probe tap ${VERSION}`,
      });
    }
    process.stdout.write(
      `tap: miners may connect to ${placeOf(listen.host, at)}; passed on to ${placeOf(host, port)}${tls ? ' (TLS)' : ''}; passwords are left out\n`,
    );
    await untilStopped();
  } finally {
    await tap.stop();
    recording?.close();
  }
  if (options.save !== undefined) process.stdout.write(`tap: saved in ${options.save}\n`);
}

function say(event: ConversationEvent, text: string, startedAt: Date): void {
  const time = new Date(startedAt.getTime() + event.at).toISOString().slice(11, 23);
  const side = 'from' in event && !('event' in event) ? event.from : 'event';
  process.stdout.write(paint(side, `${time} [${event.connection}] ${text}`));
}
