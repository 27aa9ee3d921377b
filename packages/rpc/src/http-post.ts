import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { messageOf } from '@adit/primitives';
import { clockOffset } from './clock-offset.ts';
import { nodeError, transportError } from './errors.ts';
import { JsonShape, type ShapeLimits } from './json-shape.ts';

/** An HTTP answer of any status. */
export interface HttpAnswer {
  status: number;
  body: Buffer;
  /** Number of JSON values in the body, approximately. */
  values: number;
  /** See `clockOffset`. */
  clockOffsetMs: number | undefined;
}

/** Limits of an answer. An answer beyond them is refused while it comes in, before it is parsed. */
export interface AnswerLimits extends ShapeLimits {
  readonly bytes: number;
}

/** The request to send, and the limits of its answer. */
export interface PostOptions {
  /** Name of the node, for error messages. It never contains the password. */
  name: string;
  body: string;
  authorization: string | undefined;
  agent: HttpAgent;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  limits: AnswerLimits;
  /** Wall clock in milliseconds. */
  wallClock: () => number;
}

/**
 * Time for each address of a node before the next one is tried. Node's own 250 ms end every attempt at a node that is
 * farther away than that; a call has 10 s and more.
 */
const CONNECTING = { autoSelectFamilyAttemptTimeout: 3_000 };

/**
 * Sends one POST over a keep-alive connection. The time limit covers everything from the connection to the last byte.
 * @throws AditError `ADIT_RPC_UNREACHABLE`, `ADIT_RPC_TIMEOUT`, `ADIT_RPC_ABORTED`; `ADIT_RPC_BAD_ANSWER` for an answer
 *   beyond its limits
 */
export function httpPost(url: URL, options: PostOptions): Promise<HttpAnswer> {
  const { name, signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(transportError('ADIT_RPC_ABORTED', `the call to ${name} was cancelled`));
      return;
    }
    const body = Buffer.from(options.body);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      agent: options.agent,
      ...CONNECTING,
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
      },
    });
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: Error): void =>
      settle(() => {
        reject(error);
        request.destroy();
      });
    const onAbort = (): void => fail(transportError('ADIT_RPC_ABORTED', `the call to ${name} was cancelled`));
    const timer = setTimeout(
      () => fail(nodeError('ADIT_RPC_TIMEOUT', name, `did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) =>
      fail(nodeError('ADIT_RPC_UNREACHABLE', name, `cannot be reached: ${reasonOf(error, name)}`, error)),
    );
    request.on('response', (response) => {
      const clockOffsetMs = clockOffset(response.headers.date, options.wallClock());
      collect(response, options.limits).then(
        (answer) => settle(() => resolve({ status: response.statusCode ?? 0, clockOffsetMs, ...answer })),
        (error: unknown) =>
          fail(
            error instanceof RangeError
              ? nodeError('ADIT_RPC_BAD_ANSWER', name, `sent ${error.message}`)
              : nodeError(
                  'ADIT_RPC_UNREACHABLE',
                  name,
                  `hung up in the middle of its answer: ${messageOf(error)}`,
                  error,
                ),
          ),
      );
    });
    request.end(body);
  });
}

/**
 * The message of Node.js, without the address if it repeats the name of the node. The message may be empty if the host
 * has several addresses; then it is the code.
 */
function reasonOf(error: Error, name: string): string {
  const { code = 'no reason given' } = error as NodeJS.ErrnoException;
  // OpenSSL's own words begin with the number of a thread, and name a version.
  if (code === 'EPROTO') return 'it does not speak TLS there: write http:// in its url';
  return messageOf(error).replace(` ${name}`, '') || code;
}

/** @throws RangeError, whose message names the limit that is exceeded */
async function collect(
  response: IncomingMessage,
  limits: AnswerLimits,
): Promise<Pick<HttpAnswer, 'body' | 'values'>> {
  const tooLong = `more than ${limits.bytes} bytes`;
  if (Number(response.headers['content-length'] ?? 0) > limits.bytes) throw new RangeError(tooLong);
  const shape = new JsonShape(limits);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = part as Buffer;
    length += bytes.length;
    if (length > limits.bytes) throw new RangeError(tooLong);
    const fault = shape.add(bytes);
    if (fault !== undefined) throw new RangeError(fault);
    parts.push(bytes);
  }
  return { body: Buffer.concat(parts, length), values: shape.values };
}
