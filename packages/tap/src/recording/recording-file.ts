import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { AditError, messageOf } from '@adit/primitives';
import { readConversation } from './read-conversation.ts';
import {
  type Conversation,
  type ConversationEvent,
  type ConversationHeader,
  eventLine,
  headerLine,
  MAX_EVENTS,
  MAX_RECORDING_BYTES,
} from './recording.ts';

/**
 * Writes a conversation to disk. It writes each event at once, so that a killed process loses nothing. That is fast
 * enough for a tap, which carries a handful of miners.
 */
export class RecordingFile {
  readonly #name: string;
  #file: number | undefined;
  #events = 0;
  #bytes = 0;

  /**
   * Begins a new file that only its owner can read.
   * @throws AditError `ADIT_RECORDING_FILE` where the file exists already or cannot be written
   */
  constructor(name: string, header: ConversationHeader) {
    this.#name = name;
    try {
      this.#file = openSync(name, 'wx', 0o600);
    } catch (error) {
      const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw fault(
        exists ? `${name} exists already: give another name` : `${name}: ${messageOf(error)}`,
        error,
      );
    }
    this.#write(headerLine(header));
  }

  /**
   * @returns false where the file is closed
   * @throws AditError `ADIT_RECORDING_FILE` once, where the disk refuses or the file has become too long to be read
   *   again; what was written before stays
   */
  add(event: ConversationEvent): boolean {
    if (this.#file === undefined) return false;
    const line = eventLine(event);
    if (this.#events >= MAX_EVENTS || this.#bytes + line.length > MAX_RECORDING_BYTES) {
      this.close();
      throw fault(`${this.#name} is full: what comes from now on is not saved`);
    }
    this.#events += 1;
    this.#write(line);
    return true;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    this.#bytes += bytes.length;
    try {
      for (let done = 0; done < bytes.length && this.#file !== undefined; ) {
        done += writeSync(this.#file, bytes, done);
      }
    } catch (error) {
      this.close();
      throw fault(`${this.#name}: ${messageOf(error)}: what comes from now on is not saved`, error);
    }
  }
}

/** Reads a file. @throws AditError `ADIT_RECORDING_FILE`, or `ADIT_BAD_RECORDING` as {@link readConversation} */
export function readRecordingFile(name: string): Conversation {
  let text: string;
  try {
    if (statSync(name).size > MAX_RECORDING_BYTES) throw new Error('too long for a recording');
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(name));
  } catch (error) {
    throw fault(`${name} cannot be read: ${messageOf(error)}`, error);
  }
  return readConversation(text, name);
}

function fault(message: string, cause?: unknown): AditError {
  return new AditError('ADIT_RECORDING_FILE', message, cause === undefined ? undefined : { cause });
}
