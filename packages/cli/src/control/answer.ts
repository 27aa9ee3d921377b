import { AditError, messageOf } from '@adit/primitives';
import { z } from 'zod';

/**
 * The version of answers on the control socket: of their frame, and of the results of all commands but `status`, whose
 * document has a version of its own. New fields do not change it; every other change does.
 */
export const ANSWER_VERSION = 1;

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** Pools before version 1 of the answers did not name it. */
const versioned = z.object({ version: z.number().int().optional() });

export type ControlAnswer = z.infer<typeof answer>;

/** The line of an answer with a result. A result that JSON cannot express becomes an error, and ends nothing. */
export function resultLine(result: unknown): string {
  try {
    return JSON.stringify({ version: ANSWER_VERSION, ok: true, result: result ?? null });
  } catch (error) {
    return refusalLine('ADIT_ANSWER', `the answer cannot be written as JSON: ${messageOf(error)}`);
  }
}

/** The line of an answer to a request that failed or was refused. */
export function refusalLine(code: string, message: string): string {
  return JSON.stringify({ version: ANSWER_VERSION, ok: false, code, message });
}

/**
 * Parses the line of an answer.
 * @returns undefined if it is not one
 * @throws AditError `ADIT_NEWER_POOL`
 */
export function readAnswer(line: string): ControlAnswer | undefined {
  const value = parsed(line);
  refuseNewer('its answers', value, ANSWER_VERSION);
  return answer.safeParse(value).data;
}

/**
 * What a newer program answers may mean something else, so it is refused even where it would fit the schema.
 * @param what the thing that has the version, for the message
 * @throws AditError `ADIT_NEWER_POOL`
 */
export function refuseNewer(what: string, value: unknown, known: number): void {
  const version = versioned.safeParse(value).data?.version ?? 0;
  if (version <= known) return;
  throw new AditError(
    'ADIT_NEWER_POOL',
    `the pool is newer than this program: ${what} have version ${version}, and this program knows ${known}; ask with the program that runs the pool`,
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Longest line in either direction: a status with hundreds of ports and nodes, or a list of 16,384 bans. */
export const CONTROL_LINE_LIMIT = 8 * 1024 * 1024;
