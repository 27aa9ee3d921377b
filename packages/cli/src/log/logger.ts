import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'pretty' | 'json';
}

/**
 * The version of the lines, in each of them. New kinds and new fields do not change it; a field that goes, or that gets
 * another type or meaning, does.
 */
export const LINE_VERSION = 1;

/**
 * Makes the logger on stdout: pretty lines for a terminal, JSON lines for everything else.
 * @param isLast for the last line before the process kills itself: the line is written before the call returns.
 *   Otherwise a thread of Node's pool writes it, all of which may wait for a disk that hangs
 */
export function makeLogger(options: LogOptions, isLast = false): Logger {
  const forPeople = options.format === 'pretty' || (options.format === 'auto' && process.stdout.isTTY);
  const base = {
    level: options.level,
    base: { version: LINE_VERSION },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!forPeople) return isLast ? pino(base, pino.destination({ dest: 1, sync: true })) : pino(base);
  return pino(
    base,
    pretty({
      colorize: process.stdout.isTTY,
      singleLine: true,
      ignore: 'pid,hostname,event,version',
      translateTime: 'SYS:HH:MM:ss',
      sync: isLast,
    }),
  );
}
