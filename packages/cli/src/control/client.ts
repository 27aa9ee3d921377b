import { connect } from 'node:net';
import { AditError, type AditErrorCode, messageOf } from '@adit/primitives';
import { CONTROL_LINE_LIMIT, readAnswer } from './answer.ts';
import type { ControlRequest } from './requests.ts';

/** An upgrade waits until the new process has work. Every other command is answered at once. */
const UPGRADE_MS = 900_000;
const ANSWER_MS = 15_000;

/**
 * Sends a command to the pool that runs with this control socket.
 * @returns the result of the command
 * @throws AditError `ADIT_NO_POOL_RUNS`, `ADIT_CONTROL`, `ADIT_NEWER_POOL`, or the error that the pool answered
 */
export function askPool(file: string, request: ControlRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(file);
    let text = '';
    const fail = (code: AditErrorCode, message: string) => {
      socket.destroy();
      reject(new AditError(code, message));
    };
    socket.setEncoding('utf8');
    socket.setTimeout(request.command === 'upgrade' ? UPGRADE_MS : ANSWER_MS, () =>
      fail('ADIT_CONTROL', 'the pool does not answer in time'),
    );
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('error', (error) => fail(...problem(error, file)));
    socket.on('close', () => fail('ADIT_CONTROL', 'the pool ended before it answered'));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > CONTROL_LINE_LIMIT) return fail('ADIT_CONTROL', 'the answer is too long');
      if (!text.includes('\n')) return;
      socket.destroy();
      try {
        resolve(resultIn(text, file));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function resultIn(text: string, file: string): unknown {
  const answer = readAnswer(text);
  if (answer === undefined)
    throw new AditError('ADIT_CONTROL', `the program that listens on ${file} is not a pool`);
  if (answer.ok) return answer.result;
  // The pool may have another version, with codes that this one does not know. They are shown as they came.
  throw new AditError(answer.code as AditErrorCode, answer.message);
}

function problem(error: NodeJS.ErrnoException, file: string): [AditErrorCode, string] {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return [
      'ADIT_NO_POOL_RUNS',
      `no pool runs with this configuration (${file}); name that of the pool with --config`,
    ];
  if (error.code === 'EACCES')
    return ['ADIT_CONTROL', `${file} belongs to another user: ask as the user that runs the pool`];
  return ['ADIT_CONTROL', `${file}: ${messageOf(error)}`];
}
