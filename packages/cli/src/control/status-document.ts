import type { PoolStatus } from '@adit/pool';
import { AditError } from '@adit/primitives';
import { z } from 'zod';

/**
 * The version of what `adit status --json` prints. New fields do not change the version; every other change does. An
 * unknown value is null, and never left out.
 */
export const STATUS_VERSION = 1;

const count = z.number().int().min(0);
/** Milliseconds: a time or a duration. */
const ms = z.number();

const port = z.object({
  name: z.string(),
  chain: z.string(),
  host: z.string(),
  number: count,
  tls: z.boolean(),
  dialect: z.string(),
  connections: count,
  miners: count,
  messages: z.record(z.string(), count),
  slowed: count,
  overlooking: count,
});

const node = z.object({
  node: z.string(),
  state: z.enum(['ready', 'syncing', 'down', 'lying', 'wrong_network']),
  cause: z.string(),
  detail: z.string(),
  height: z.number().nullable(),
  latencyMs: ms.nullable(),
  lag: z.number().nullable(),
});

const chain = z.object({
  name: z.string(),
  kind: z.string(),
  finds: z.array(z.string()),
  height: z.number().nullable(),
  workAgeMs: ms.nullable(),
  outageMs: ms,
  nodes: z.array(node),
});

/** What a pool answers over its control socket, and what `adit status --json` prints. */
export const statusDocument = z.object({
  version: z.literal(STATUS_VERSION),
  /** Version of the program. */
  adit: z.string(),
  pid: count,
  config: z.string(),
  startedMs: ms,
  instance: z.string(),
  ready: z.boolean(),
  notReady: z.array(z.string()),
  draining: z.boolean(),
  ports: z.array(port),
  chains: z.array(chain),
  verifier: z.object({ queued: count, oldestMs: ms, threads: count }),
  journal: z.object({ problem: z.string().nullable(), waiting: count, faults: z.array(z.string()) }),
  sessions: count,
  bans: count,
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
  const document = statusDocument.safeParse({
    version: STATUS_VERSION,
    ...origin,
    startedMs,
    instance,
    ready,
    notReady,
    draining,
    ports,
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
    journal: { ...journal, problem: journal.problem ?? null },
    sessions: status.sessions,
    bans: status.bans,
  });
  if (document.success) return document.data;
  throw new AditError('ADIT_STATUS', `the status does not fit its document: ${faultOf(document.error)}`);
}

/**
 * Parses the answer of a pool.
 * @throws AditError `ADIT_STATUS` if it is a document of another version, or not a document
 */
export function readStatusDocument(answer: unknown): StatusDocument {
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
