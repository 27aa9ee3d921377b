/** Tells pages when to ask again: by the stream of the server, or by a clock where there is no stream. */
export interface Live {
  /** @returns the function that ends it */
  subscribe(listener: () => void): () => void;
}

/** Without a stream figures are asked for this often: they change every five seconds at the most. */
const POLL_MS = 10_000;
/** With a stream the clock only guards against one that says nothing. */
const GUARD_MS = 60_000;
/** A server that has no stream is not asked for it again earlier. */
const RETRY_MS = 300_000;
/** Several events of one moment are one refresh. */
const GATHER_MS = 500;
const EVENTS = ['pool', 'tip', 'block', 'payout', 'notice', 'reset'] as const;
const NAME = 'adit-live';

/**
 * The one source of news of this page. Of all tabs one holds the stream, since browsers allow six connections to a
 * server. The others hear of its events. A hidden tab refreshes when it is looked at again.
 */
export function startLive(): Live {
  const listeners = new Set<() => void>();
  const channel = new BroadcastChannel(NAME);
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let lastMs = Date.now();
  let streaming = false;

  const refresh = () => {
    gathering = undefined;
    if (document.hidden) return;
    lastMs = Date.now();
    for (const listener of listeners) listener();
  };
  const note = () => {
    if (gathering === undefined) gathering = setTimeout(refresh, GATHER_MS);
  };
  channel.addEventListener('message', () => {
    streaming = true;
    note();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) note();
  });
  setInterval(() => {
    if (Date.now() - lastMs >= (streaming ? GUARD_MS : POLL_MS)) refresh();
  }, 1_000);
  const hold = () =>
    openStream(
      () => {
        streaming = true;
        note();
        channel.postMessage('news');
      },
      (open) => {
        streaming = open;
      },
    );
  // The lock lasts as long as its tab. It does not exist on pages that came over plain HTTP from another machine.
  if ('locks' in navigator) void navigator.locks.request(NAME, hold);
  else void hold();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Never resolves: the caller holds its lock by it. */
function openStream(onNews: () => void, onState: (open: boolean) => void): Promise<never> {
  return new Promise(() => {
    const open = () => {
      const source = new EventSource('/api/v1/events?topics=pool,tip,block,payout,notice');
      source.addEventListener('open', () => onState(true));
      source.addEventListener('error', () => {
        onState(false);
        // The browser tries again by itself, unless the server refused.
        if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
      });
      for (const name of EVENTS) source.addEventListener(name, onNews);
    };
    open();
  });
}
