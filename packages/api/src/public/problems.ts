import { z } from 'zod';

/** The stable codes of all problems, with the status and the title of each. Programs match codes, never titles. */
export const PROBLEMS = {
  ADIT_API_BAD_REQUEST: { status: 400, title: 'this is not a request' },
  ADIT_API_BAD_PATH: { status: 400, title: 'the path cannot be decoded' },
  ADIT_API_BAD_QUERY: { status: 400, title: 'a parameter is not as the document of the API has it' },
  ADIT_API_BAD_CURSOR: { status: 400, title: 'the cursor was not made by this list' },
  ADIT_API_NOT_FOUND: { status: 404, title: 'there is nothing at this path' },
  ADIT_API_NO_CHAIN: { status: 404, title: 'the pool has no chain of this name' },
  ADIT_API_NO_ACCOUNT: { status: 404, title: 'there is no account of this name, or it shows nothing' },
  ADIT_API_NO_WORKER: { status: 404, title: 'the account has no rig of this name' },
  ADIT_API_NO_BLOCK: { status: 404, title: 'the pool found no such block' },
  ADIT_API_NO_PAYOUT: { status: 404, title: 'there is no such payout' },
  ADIT_API_METHOD: { status: 405, title: 'only GET and HEAD: nothing is changed here' },
  ADIT_API_TIMEOUT: { status: 408, title: 'the request did not come in time' },
  ADIT_API_BODY: { status: 413, title: 'a request must have no body here' },
  ADIT_API_TOO_LONG: { status: 414, title: 'the address of the request is too long' },
  ADIT_API_WRONG_HOST: { status: 421, title: 'the Host header names no host that is served here' },
  ADIT_API_TOO_MANY: { status: 429, title: 'too many requests from this address' },
  ADIT_API_TOO_LARGE: { status: 431, title: 'the head of the request is too large' },
  ADIT_API_FAILED: { status: 500, title: 'this failed: the log of the pool says why' },
  ADIT_API_BUSY: { status: 503, title: 'the server has as much to do as it can; try again' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Problem details (RFC 9457). */
export const problem = z
  .object({
    type: z.string().describe('always about:blank: `code` says what happened'),
    status: z.int(),
    title: z.string().describe('for people'),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional().describe('for people'),
  })
  .meta({ id: 'Problem' });

/** Ends a request with a problem. It is an answer, not a fault of the program. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string) {
    super(`${code}: ${detail ?? PROBLEMS[code].title}`);
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** The body of the answer, as JSON text. */
  get body(): string {
    const { status, title } = PROBLEMS[this.code];
    const detail = this.detail === undefined ? {} : { detail: this.detail };
    return JSON.stringify({ type: 'about:blank', status, title, code: this.code, ...detail });
  }
}
