import { ZCASH_CHAINS, zcashChain } from '@adit/chain';
import {
  MINER_DIALECTS,
  type MinerEvent,
  type MinerStatus,
  NoPoolError,
  OTHER_REFUSALS,
  OtherChainError,
  OtherDialectError,
} from '@adit/miner';
import { parseStratumUrl } from '@adit/net';
import { AditError } from '@adit/primitives';
import { dialectOption } from '../dialects.ts';
import { fail, untilStopped } from '../exit.ts';
import { VERSION } from '../version.ts';
import { lostLine, whyLost } from './lost-words.ts';
import { wholeOption } from './number-option.ts';
import { type TlsCommandOptions, tlsOption } from './tls-option.ts';

const STATUS_MS = 10_000;

/** `adit miner`: mines until stopped. It prints a line for each event, and a status line every few seconds. */
export async function runMiner(
  options: {
    url: string;
    dialect: string;
    threads: string;
    network: string;
    nonceLayout: string;
  } & TlsCommandOptions,
): Promise<void> {
  const url = parseStratumUrl(options.url);
  const threads = wholeOption('--threads', options.threads, 1, 256);
  const miner = MINER_DIALECTS[dialectOption(options.dialect)](
    {
      url,
      threads,
      agent: `adit/${VERSION}`,
      equihash: zcashChain(options.network).equihash,
      nonceLayout: layout(options.nonceLayout),
      ...tlsOption(url.tls === true, options),
    },
    { onEvent: (event: MinerEvent) => say(sentence(event)) },
  );
  const timer = setInterval(() => say(statusLine(miner.status())), STATUS_MS);
  untilStopped()
    .then(() => miner.stop())
    .catch(fail);
  try {
    await miner.run();
  } catch (error) {
    throw forPeople(error, `${url.host}:${url.port}`);
  } finally {
    clearInterval(timer);
  }
  say(statusLine(miner.status()));
}

/** Says what the person at the miner can do about an error. */
function forPeople(error: unknown, pool: string): unknown {
  if (error instanceof OtherChainError) return withOption(error);
  if (error instanceof OtherDialectError)
    return new AditError(error.code, `${error.message}: say --dialect ${error.dialect}`);
  if (!(error instanceof NoPoolError)) return error;
  return new AditError(error.code, `no pool answers at ${pool}: ${whyLost(error.ending)}`);
}

/** Adds the option that would be right for the pool. */
function withOption({ code, message, wanted }: OtherChainError): AditError {
  const names = Object.entries(ZCASH_CHAINS).flatMap(([name, { equihash }]) => {
    const { n, k, personalization = equihash.personalization } = wanted;
    const fits = equihash.n === n && equihash.k === k && equihash.personalization === personalization;
    return fits ? `--network ${name}` : [];
  });
  const what = names.length === 0 ? 'no --network of this miner has these' : `say ${names.join(' or ')}`;
  return new AditError(code, `${message}: ${what}`);
}

function layout(text: string): 'leading' | 'trailing' {
  return text === 'trailing' ? 'trailing' : 'leading';
}

function say(text: string | undefined): void {
  if (text !== undefined) process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`);
}

function sentence(event: MinerEvent): string | undefined {
  switch (event.kind) {
    case 'connected':
      return `connected to ${event.host}:${event.port}`;
    case 'ready':
      return `authorised as ${event.worker}`;
    case 'lost':
      return lostLine(event, event.pauseMs);
    case 'job':
      return event.clean ? `new job ${event.id}` : undefined;
    case 'accepted':
      return 'share accepted';
    case 'rejected':
      return `share refused: ${event.reason}`;
    case 'dataset':
      return `dataset ${event.hash.slice(0, 16)}: ${{ asked: 'asking for its seeds', ready: 'rebuilt and checked', wrong: 'the seeds are wrong' }[event.state]}`;
    case 'message':
      return `the pool says: ${event.text}`;
    case 'note':
      return event.text;
    case 'share_sent':
      return undefined;
  }
}

/** Kinds of refusals that a status line names. It comes every ten seconds, so it must fit one line of a terminal. */
const NAMED_KINDS = 3;

/** `3.41 Sol/s, 12 accepted, 1 refused (1 Stale job)` */
export function statusLine({ rate, unit, accepted, rejected }: MinerStatus): string {
  const refused = [...rejected.values()].reduce((sum, count) => sum + count, 0);
  const named = [...rejected]
    .filter(([kind]) => kind !== OTHER_REFUSALS)
    .sort(([, one], [, other]) => other - one)
    .slice(0, NAMED_KINDS);
  const others = named.reduce((left, [, count]) => left - count, refused);
  const kinds = [
    ...named.map(([kind, count]) => `${count} ${kind}`),
    ...(others > 0 ? [`${others} others`] : []),
  ];
  const figure = unit === 'H/s' ? `${(rate / 1000).toFixed(1)} kH/s` : `${rate.toFixed(2)} Sol/s`;
  return `${figure}, ${accepted} accepted, ${refused} refused${refused > 0 ? ` (${kinds.join(', ')})` : ''}`;
}
