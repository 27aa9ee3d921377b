import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { AskError, ask, viewKey } from './ask.ts';
import type { Live } from './live.ts';

/** A document as a page has it. It keeps its last answer while the next one fails. */
export interface Loaded<Answer> {
  readonly data: Answer | undefined;
  /** Why the newest question had no answer. */
  readonly failure: AskError['code'] | undefined;
}

export const LiveContext = createContext<Live | undefined>(undefined);

const NOTHING = { data: undefined, failure: undefined };
/** Documents that are kept for the way back to a page. Each has some kilobytes. */
const MOST_KEPT = 30;
const kept = new Map<string, Loaded<unknown>>();

/**
 * A document of the API that stays fresh.
 * @param path undefined asks nothing
 */
export function useDocument<Answer>(path: string | undefined): Loaded<Answer> {
  const live = useContext(LiveContext);
  const [state, setState] = useState<{ readonly path: string; readonly loaded: Loaded<unknown> }>();
  useEffect(() => {
    if (path === undefined) return undefined;
    let isOver = false;
    const show = (loaded: Loaded<unknown>) => {
      if (isOver) return;
      remember(path, loaded);
      setState({ path, loaded });
    };
    const load = async () => {
      try {
        show({ data: await ask(path, viewKey()), failure: undefined });
      } catch (error) {
        const failure = error instanceof AskError ? error.code : 'offline';
        show({ data: kept.get(path)?.data, failure });
      }
    };
    void load();
    const end = live?.subscribe(() => void load());
    return () => {
      isOver = true;
      end?.();
    };
  }, [path, live]);
  if (path === undefined) return NOTHING;
  return (state?.path === path ? state.loaded : (kept.get(path) ?? NOTHING)) as Loaded<Answer>;
}

function remember(path: string, loaded: Loaded<unknown>): void {
  kept.delete(path);
  kept.set(path, loaded);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
}
