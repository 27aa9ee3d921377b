import { certificateFault } from '@adit/net';
import { clockFault, diskFault } from '@adit/pool';
import { AditError } from '@adit/primitives';
import type { z } from 'zod';
import { controlSocketOf } from '../config/pool-places.ts';
import { askPool } from '../control/client.ts';
import type { ControlRequest } from '../control/requests.ts';
import { type BanResult, RESULTS } from '../control/results.ts';
import { readStatusDocument, type StatusDocument } from '../control/status-document.ts';
import { plain } from '../log/plain.ts';
import { rateText } from '../view/rate-text.ts';
import { positiveOption } from './number-option.ts';
import { print, timeText } from './print.ts';

/** The longest ban: of a leap year. */
const A_YEAR_MINUTES = 527_040;

export interface ControlOptions {
  readonly config: string;
  readonly json: boolean;
}

/** `adit status` */
export async function runStatus(options: ControlOptions): Promise<void> {
  const status = readStatusDocument(await ask(options, { command: 'status' }));
  print(options, status, () => statusText(status));
}

/** `adit reload` */
export async function runReload(options: ControlOptions): Promise<void> {
  const answer = read(RESULTS.reload, await ask(options, { command: 'reload' }));
  print(options, answer, () => {
    const { applied, needsUpgrade, needsRestart } = answer;
    const lines = [
      applied.length === 0
        ? 'no setting that a reload applies has changed'
        : `applied: ${applied.join(', ')}`,
      ...(needsUpgrade.length === 0 ? [] : [`needs \`adit upgrade\`: ${needsUpgrade.join(', ')}`]),
      ...(needsRestart.length === 0
        ? []
        : [`stays until the pool is stopped and started: ${needsRestart.join(', ')}`]),
    ];
    return lines.join('\n');
  });
}

/** `adit upgrade` */
export async function runUpgrade(options: ControlOptions): Promise<void> {
  const answer = read(RESULTS.upgrade, await ask(options, { command: 'upgrade' }));
  print(options, answer, () => `process ${answer.pid} has taken over; miners are moving`);
}

/** `adit stop` */
export async function runStop(options: ControlOptions): Promise<void> {
  const answer = read(RESULTS.stop, await ask(options, { command: 'stop' }));
  print(options, answer, () => `process ${answer.pid} finishes what is in flight and ends`);
}

/** `adit bans` */
export async function runBans(options: ControlOptions): Promise<void> {
  const bans = read(RESULTS.bans, await ask(options, { command: 'bans' }));
  print(options, bans, () => (bans.length === 0 ? 'no address is banned' : bans.map(banLine).join('\n')));
}

/** `adit bans add` */
export async function runBan(
  address: string,
  options: ControlOptions & { minutes: string; reason: string },
): Promise<void> {
  const minutes = positiveOption('--minutes', options.minutes, A_YEAR_MINUTES);
  const { reason } = options;
  const request = { command: 'ban', address, seconds: minutes * 60, reason } as const;
  const ban = read(RESULTS.ban, await ask(options, request));
  print(options, ban, () => banLine(ban));
}

/** `adit bans lift` */
export async function runLift(address: string, options: ControlOptions): Promise<void> {
  const answer = read(RESULTS.lift, await ask(options, { command: 'lift', address }));
  if (!answer.lifted && !options.json) throw new AditError('ADIT_NOT_BANNED', `${address} is not banned`);
  print(options, answer, () => `the ban of ${address} is lifted`);
}

export function ask(options: ControlOptions, request: ControlRequest): Promise<unknown> {
  return askPool(controlSocketOf(options.config), request);
}

/**
 * Parses an answer of the pool.
 * @throws AditError `ADIT_CONTROL` if it has another form, as that of a pool of another version
 */
export function read<Result>(schema: z.ZodType<Result>, answer: unknown): Result {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new AditError(
    'ADIT_CONTROL',
    'the answer of the pool has another form than this program expects: use the program that runs the pool',
  );
}

function banLine({ subject, reason, untilMs, times }: BanResult): string {
  return `${subject.padEnd(40)} until ${timeText(untilMs)} UTC, ${times}. time: ${plain(reason)}`;
}

function statusText(status: StatusDocument): string {
  const { ports, chains, verifier, journal } = status;
  const minutes = Math.floor((Date.now() - status.startedMs) / 60_000);
  return [
    `adit ${status.adit}, process ${status.pid}, up ${minutes} min: ${status.ready ? 'ready' : `NOT ready (${status.notReady.join('; ')})`}`,
    ...ports.flatMap(
      ({ name, host, number, tls, dialect, connections, miners, overlooking, certificateEndsMs: endsMs }) => [
        `  port ${name}  ${host}:${number}${tls ? ' TLS' : ''} ${dialect}  ${connections} connections, ${miners} with a worker${overlooking > 0 ? `, ${overlooking} overlook new targets` : ''}`,
        ...certificateLines(endsMs),
      ],
    ),
    ...chains.flatMap(({ name, height, workAgeMs, outageMs, nodes, clocks, ...chain }) => [
      `  chain ${name}  height ${height ?? '-'}, work ${workAgeMs === null ? 'none yet' : `${Math.round(workAgeMs / 1000)} s old`}${outageMs > 0 ? `, no node for ${Math.round(outageMs / 1000)} s` : ''}`,
      `    ${rateText(chain.rate)}/s, ${chain.accepted} shares accepted, ${chain.refused} refused; found: ${foundText(chain.found)}`,
      ...clocks.flatMap((clock) => {
        const fault = clockFault(clock);
        return fault === undefined ? [] : [`    CLOCK: ${plain(fault)}`];
      }),
      ...nodes.map(
        (node) =>
          `    node ${node.node}  ${node.state}${node.height === null ? '' : ` at ${node.height}`}${node.latencyMs === null ? '' : `, ${Math.round(node.latencyMs)} ms`}: ${plain(node.detail)}`,
      ),
    ]),
    `  verifier ${verifier.queued} waiting, journal ${journal.problem === null ? `${journal.waiting} waiting` : `BROKEN: ${journal.problem}`}, ${status.sessions} sessions to resume, ${status.bans} bans`,
    ...diskLines(status.diskFreeBytes),
  ].join('\n');
}

/** A line for a disk that is nearly full. */
function diskLines(freeBytes: number | null): string[] {
  const fault = diskFault(freeBytes ?? undefined);
  return fault === undefined ? [] : [`  DISK: ${fault}`];
}

/** A line for a certificate that has to be renewed. */
function certificateLines(endsMs: number | null): string[] {
  const fault = endsMs === null ? undefined : certificateFault({ fromMs: 0, endsMs }, Date.now());
  return fault === undefined ? [] : [`    CERTIFICATE: it ${fault}`];
}

/** `2 blocks, 14 fruits` */
function foundText(found: Readonly<Record<string, number>>): string {
  return Object.entries(found)
    .map(([what, number]) => `${number} ${what}${number === 1 ? '' : 's'}`)
    .join(', ');
}
