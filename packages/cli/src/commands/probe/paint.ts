import { styleText } from 'node:util';

const COLOURS = { miner: 'cyan', pool: 'yellow', event: 'dim', good: 'green', bad: 'red' } as const;

/** A line for people, in colour if a terminal shows it. */
export function paint(kind: keyof typeof COLOURS, text: string): string {
  return `${styleText(COLOURS[kind], text, { stream: process.stdout })}\n`;
}
