import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { messageOf } from '@adit/primitives';
import { nodeError, transportError } from './errors.ts';
import { JsonShape, type ShapeLimits } from './json-shape.ts';

/** What came back, whatever its status. */
export interface HttpAnswer {
  status: number;
  body: Buffer;
  /** In the body, about. */
  values: number;
}

/** What an answer may be at the most. What is more is refused as it comes in, before anybody parses it. */
export interface AnswerLimits extends ShapeLimits {
  readonly bytes: number;
}

/** What is sent, and what may come back. */
export interface PostOptions {
  /** Who is asked, for error messages; never holds the password. */
  name: string;
  body: string;
  authorization: string | undefined;
  agent: HttpAgent;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  limits: AnswerLimits;
}

/**
 * One POST over a kept connection. The time limit spans everything from connecting to the last byte.
 * @throws AditError `ADIT_RPC_UNREACHABLE`, `ADIT_RPC_TIMEOUT`, `ADIT_RPC_ABORTED`, `ADIT_RPC_BAD_ANSWER` (too much)
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
      collect(response, options.limits).then(
        (answer) => settle(() => resolve({ status: response.statusCode ?? 0, ...answer })),
        (error: unknown) =>
          fail(
            error instanceof RangeError
              ? nodeError('ADIT_RPC_BAD_ANSWER', name, `sent ${error.message}`)
              : nodeError('ADIT_RPC_UNREACHABLE', name, `hung up mid-answer: ${messageOf(error)}`, error),
          ),
      );
    });
    request.end(body);
  });
}

/** Node's words, without the address where that is the name of the node. Of several addresses they may be empty. */
function reasonOf(error: Error, name: string): string {
  const { code = 'no reason given' } = error as NodeJS.ErrnoException;
  return messageOf(error).replace(` ${name}`, '') || code;
}

/** @throws RangeError saying what is too much */
async function collect(response: IncomingMessage, limits: AnswerLimits): Promise<Omit<HttpAnswer, 'status'>> {
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
