import { AditError, messageOf } from '@adit/primitives';
import { JsonRpcClient, sleepFor } from '@adit/rpc';

/** Whether the followed devnet answers. */
export interface PeerEvent {
  readonly kind: 'peer';
  readonly state: 'follows' | 'lost';
  readonly detail: string;
}

export interface FollowLoopModules {
  /** Takes what is new at the peer, and gives it what is new here. */
  readonly exchange: (peer: JsonRpcClient, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: PeerEvent) => void;
}

/** On loopback an exchange takes a millisecond. Real nodes hear of a block within some hundred. */
const EVERY_MS = 200;
/** A peer that hangs must not hold up a submission that waits for an exchange. */
const CALL_MS = 2_000;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * A connection to the devnet that is followed.
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_BAD_URL`
 */
export function peerAt(url: string): JsonRpcClient {
  const client = new JsonRpcClient({ url, timeoutMs: CALL_MS, retries: 1, losslessIntegers: false });
  if (LOOPBACK.has(new URL(url).hostname)) return client;
  client.close();
  throw new AditError('ADIT_NOT_LOOPBACK', `a devnet follows another one on 127.0.0.1 only, this is ${url}`);
}

/** Exchanges blocks with another devnet, five times a second, for as long as this one runs. */
export class FollowLoop {
  readonly #peer: JsonRpcClient;
  readonly #modules: FollowLoopModules;
  readonly #end = new AbortController();
  #running: Promise<boolean> | undefined;
  #again: Promise<boolean> | undefined;
  /** What was told last. */
  #cause: string | undefined;

  constructor(peer: JsonRpcClient, modules: FollowLoopModules) {
    this.#peer = peer;
    this.#modules = modules;
  }

  /** Begins to exchange on its own. The timer does not keep a program running. */
  begin(): void {
    const turn = setInterval(() => void this.exchange(), EVERY_MS).unref();
    this.#end.signal.addEventListener('abort', () => clearInterval(turn), { once: true });
  }

  /**
   * An exchange that begins after this call: an exchange that is under way may have missed the news. Never rejects.
   * @returns whether it succeeded
   */
  exchange(): Promise<boolean> {
    if (this.#running === undefined) return this.#begin();
    this.#again ??= this.#running.then(() => {
      this.#again = undefined;
      return this.#begin();
    });
    return this.#again;
  }

  close(): void {
    this.#end.abort();
    this.#peer.close();
  }

  #begin(): Promise<boolean> {
    const { signal } = this.#end;
    if (signal.aborted) return Promise.resolve(false);
    this.#running = this.#modules
      .exchange(this.#peer, signal)
      .then(
        () => this.#tell('follows', 'ok', `the chain of ${this.#peer.name}`),
        (error: unknown) => this.#tell('lost', String((error as { code?: unknown }).code), messageOf(error)),
      )
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** @param cause the code of an error; each is told once */
  #tell(state: PeerEvent['state'], cause: string, detail: string): boolean {
    if (cause !== this.#cause && !this.#end.signal.aborted) {
      this.#cause = cause;
      this.#modules.onEvent({ kind: 'peer', state, detail });
    }
    return state === 'follows';
  }
}

/** Attempts at the start, a tenth of a second apart: both devnets may have been started at once. */
const FIRST_ATTEMPTS = 50;

/** Makes the first call to a peer, which may still be starting. @throws the error of the last attempt */
export async function firstCall(peer: JsonRpcClient, method: string): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await peer.call(method, []);
    } catch (error) {
      if (attempt >= FIRST_ATTEMPTS || (error as { code?: unknown }).code !== 'ADIT_RPC_UNREACHABLE')
        throw error;
      await sleepFor(100);
    }
  }
}
