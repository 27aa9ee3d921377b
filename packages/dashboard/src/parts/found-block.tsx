import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chain } from '../api/types.ts';
import { useText } from '../i18n/language.ts';

/** Older blocks are no news, such as those of a night in which the computer slept. */
const NEW_MS = 60_000;
const SHOWN_MS = 6_000;
/** A screen reader and the eye are told of a block this often at the most. */
const PAUSE_MS = 10_000;

/** Says once that the pool found a block. The style sheet moves it, unless the reader wants no motion. */
export function FoundBlock({ chain }: { readonly chain: Chain | undefined }) {
  const { t } = useText();
  const known = useRef<{ readonly chain: string; readonly foundMs: number } | undefined>(undefined);
  const toldMs = useRef(Number.NEGATIVE_INFINITY);
  const [height, setHeight] = useState<number>();
  useEffect(() => {
    if (chain === undefined) return undefined;
    const before = known.current;
    const foundMs = chain.lastBlock?.foundMs ?? 0;
    known.current = { chain: chain.name, foundMs };
    const isNew = before?.chain === chain.name && foundMs > before.foundMs;
    const nowMs = Date.now();
    if (!isNew || nowMs - foundMs > NEW_MS || nowMs - toldMs.current < PAUSE_MS) return undefined;
    toldMs.current = nowMs;
    setHeight(chain.lastBlock?.height ?? undefined);
    return undefined;
  }, [chain]);
  useEffect(() => {
    if (height === undefined) return undefined;
    const timer = setTimeout(() => setHeight(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [height]);
  return (
    <div role="status" class="found">
      {height === undefined ? null : <p>{t('foundNow', { height })}</p>}
    </div>
  );
}
