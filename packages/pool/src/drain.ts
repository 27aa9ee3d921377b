import { setTimeout as pause } from 'node:timers/promises';
import type { DrainOptions } from './pool-options.ts';

/** What a drain needs of a port. */
export interface DrainingPort {
  stopListening(): void;
  reconnectAll(overMs: number): () => void;
  closeRest(overMs: number): () => void;
}

const LOOK_MS = 20;
/** The last miner is closed at this part of the time that is left, so that its verdicts still come. */
const CLOSE_WITHIN = 0.9;

/**
 * Asks the miners of these ports to connect again, and closes those that stay, one after the other. Resolves when the
 * ports are empty, at the deadline, or when the pool is stopped.
 */
export async function drainPorts(
  ports: readonly DrainingPort[],
  { reconnectOverMs, deadlineMs }: DrainOptions,
  state: { readonly isEmpty: () => boolean; readonly isStopped: () => boolean },
): Promise<void> {
  const start = performance.now();
  const deadline = start + deadlineMs;
  for (const port of ports) port.stopListening();
  const ends = ports.map((port) => port.reconnectAll(reconnectOverMs));
  let closing = false;
  while (!state.isEmpty() && !state.isStopped() && performance.now() < deadline) {
    const left = deadline - performance.now();
    if (!closing && performance.now() - start >= reconnectOverMs) {
      closing = true;
      ends.push(...ports.map((port) => port.closeRest(left * CLOSE_WITHIN)));
    }
    await pause(LOOK_MS);
  }
  for (const end of ends) end();
}
