import type { ChainStatus, PoolStatus, PortStatus } from '@adit/pool';
import { AditError } from '@adit/primitives';
import { z } from 'zod';
import { refuseNewer } from './answer.ts';

/**
 * The version of what `adit status --json` prints. New fields do not change the version; every other change does. An
 * unknown value is null, and never left out.
 */
export const STATUS_VERSION = 1;

const count = z.number().int().min(0);
/** Milliseconds: a time or a duration. */
const ms = z.number();

/** A field for each of the inner value, so that one that is added there does not compile until the document has it. */
type Parts<Of> = { readonly [Field in keyof Of]-?: z.ZodType };

/** What the document says of itself and of its process. */
const origin = {
  version: z.literal(STATUS_VERSION).describe('version of this document'),
  adit: z.string().describe('version of the program'),
  pid: count.describe('number of the process'),
  config: z.string().describe('its configuration file'),
};

const port = z.object({
  name: z.string().describe('the name of the port'),
  chain: z.string().describe('the name of its chain'),
  host: z.string().describe('the address on which it listens'),
  number: count.describe('its TCP port'),
  tls: z.boolean().describe('whether it speaks TLS'),
  // Pools of before these fields do not name them, and must still be understood: hence the defaults, here and below.
  certificateEndsMs: ms
    .nullable()
    .default(null)
    .describe('when its certificate ends, in milliseconds since 1970; null without TLS'),
  dialect: z.string().describe('the dialect of Stratum'),
  connections: count.describe('open connections'),
  miners: count.describe('connections with a worker'),
  messages: z.record(z.string(), count).describe('messages since the start, by their kinds'),
  slowed: count.describe(
    'how often it paused a connection that sent more than its rate, or had too many requests refused',
  ),
  overlooking: count.describe('connections that overlook new targets even after the pool told them so'),
} satisfies Parts<PortStatus>);

const node = z.object({
  node: z.string().describe('host and port of the node'),
  state: z.enum(['ready', 'syncing', 'down', 'lying', 'wrong_network']).describe('how it is'),
  cause: z.string().describe('why: [one of these](events.md#causes-of-a-node)'),
  detail: z.string().describe('the same, as a sentence for people'),
  height: z.number().nullable().describe('height of its tip'),
  latencyMs: ms.nullable().describe('time that its last answer took'),
  lag: z.number().nullable().describe('blocks that it is behind'),
} satisfies Parts<ChainStatus['nodes'][number]>);

const chain = z.object({
  name: z.string().describe('the name of the chain'),
  kind: z.string().describe('its family'),
  finds: z.array(z.string()).describe('what it may find: `block`, `fruit`'),
  height: z.number().nullable().describe('height of the newest work'),
  workAgeMs: ms.nullable().describe('age of the newest work; null before the first'),
  outageMs: ms.describe('how long no node has given work; 0 while one gives work'),
  nodes: z.array(node).describe('in the order of the configuration'),
  clocks: z
    .array(
      z.object({
        source: z.string().describe('host and port of the node; `headers`: the times that a block may have'),
        aheadMs: z
          .number()
          .describe("how far it is ahead of the pool's clock; from 60,000 on a clock is wrong"),
      } satisfies Parts<ChainStatus['clocks'][number]>),
    )
    .default([])
    .describe("what the pool's clock is compared with"),
  rate: z
    .number()
    .default(0)
    .describe('solutions or hashes a second of the accepted shares: an average that fades over ten minutes'),
  accepted: count.default(0).describe('shares that were accepted since the start'),
  refused: count.default(0).describe('submissions that were refused since the start'),
  found: z
    .record(z.string(), count)
    .default({})
    .describe('blocks and fruits that were found since the start'),
} satisfies Parts<ChainStatus>);

/** What a pool answers over its control socket, and what `adit status --json` prints. */
export const statusDocument = z.object({
  ...origin,
  ...({
    startedMs: ms.describe('its start, in milliseconds since 1970'),
    instance: z.string().describe('name of its journal'),
    ready: z.boolean().describe('whether miners can be sent to it'),
    notReady: z.array(z.string()).describe('why not, one sentence each, for people'),
    notReadyCauses: z
      .array(z.string())
      .default([])
      .describe(
        'the cause of each of them, in the same order: `journal`, `journal_file`, `no_work`, `outage`, `ports_closed`, `replaced`, `stopping`',
      ),
    draining: z.boolean().describe('whether another process has taken over'),
    ports: z.array(port).describe('all ports'),
    chains: z.array(chain).describe('all chains'),
    verifier: z
      .object({
        queued: count.describe('proofs that wait'),
        oldestMs: ms.describe('how long the oldest of them has waited'),
        threads: count.describe('threads that check proofs'),
      })
      .describe('the queue of proofs'),
    journal: z
      .object({
        problem: z
          .string()
          .nullable()
          .describe('why it keeps nothing, for people; null while it keeps shares'),
        cause: z
          .string()
          .nullable()
          .default(null)
          .describe(
            'the same for programs: `disk_silent`, `file_gone`, `commit_failed`, `cannot_begin`; null while it keeps shares',
          ),
        waiting: count.describe('shares that wait for the disk'),
        faults: z.array(z.string()).describe('files that somebody should look at, one sentence each'),
      })
      .describe('the journal of shares'),
    sessions: count.describe('sessions that can be resumed'),
    bans: count.describe('banned addresses'),
    bansUnsaved: count.default(0).describe('changes of bans that count already and are not on disk'),
    bansProblem: z
      .string()
      .nullable()
      .default(null)
      .describe('why bans are in memory only, for people; null while they are kept on disk'),
    diskFreeBytes: count
      .nullable()
      .default(null)
      .describe('bytes that are free on the disk of the data folder; null where it is not known'),
  } satisfies Parts<PoolStatus>),
});

export type StatusDocument = z.infer<typeof statusDocument>;

/** The process that answers. */
export interface StatusOrigin {
  readonly adit: string;
  readonly pid: number;
  /** Its configuration file. */
  readonly config: string;
}

/**
 * The status as it is sent. It is copied field by field, so that nothing internal is sent by accident.
 * @throws AditError `ADIT_STATUS` if a value does not fit the document
 */
export function statusDocumentOf(status: PoolStatus, origin: StatusOrigin): StatusDocument {
  const { startedMs, instance, ready, notReady, draining, ports, chains, verifier, journal } = status;
  const { notReadyCauses, sessions, bans, bansUnsaved, bansProblem = null, diskFreeBytes = null } = status;
  const document = statusDocument.safeParse({
    version: STATUS_VERSION,
    ...origin,
    startedMs,
    instance,
    ready,
    notReady,
    notReadyCauses,
    draining,
    ports: ports.map(({ certificateEndsMs = null, ...known }) => ({ ...known, certificateEndsMs })),
    chains: chains.map((one) => ({
      ...one,
      height: one.height ?? null,
      workAgeMs: one.workAgeMs ?? null,
      nodes: one.nodes.map(({ height = null, latencyMs = null, lag = null, ...known }) => ({
        ...known,
        height,
        latencyMs,
        lag,
      })),
    })),
    verifier,
    journal: { ...journal, problem: journal.problem ?? null, cause: journal.cause ?? null },
    sessions,
    bans,
    bansUnsaved,
    bansProblem,
    diskFreeBytes,
  });
  if (document.success) return document.data;
  throw new AditError('ADIT_STATUS', `the status does not fit its document: ${faultOf(document.error)}`);
}

/**
 * Parses the answer of a pool.
 * @throws AditError `ADIT_NEWER_POOL` if it is a document of a newer version; `ADIT_STATUS` if it is not a document
 */
export function readStatusDocument(answer: unknown): StatusDocument {
  refuseNewer('its status documents', answer, STATUS_VERSION);
  const document = statusDocument.safeParse(answer);
  if (document.success) return document.data;
  const why = faultOf(document.error);
  throw new AditError(
    'ADIT_STATUS',
    `the status of the pool has another form than this program expects (${why}): use the program that runs the pool`,
  );
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not understood'}`;
}
