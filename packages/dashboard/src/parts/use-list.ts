import { useEffect, useState } from 'preact/hooks';
import { ask, viewKey } from '../api/ask.ts';
import { useDocument } from '../api/use-document.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A list that stays fresh at its beginning, and grows at its end when the reader asks for more. */
export interface List<Item> {
  readonly items: readonly Item[] | undefined;
  /** Undefined at the end of the list. */
  readonly more: (() => void) | undefined;
}

/** Rows that a page keeps: a reader who wants them all takes the API. */
const MOST_ROWS = 1_000;

/** @param path of a list in the API @param keyOf what is the same for a row that comes again */
export function useList<Item>(path: string, keyOf: (item: Item) => string): List<Item> {
  const first = useDocument<Page<Item>>(path);
  const [older, setOlder] = useState<Page<Item> | undefined>(undefined);
  useEffect(() => setOlder(undefined), [path]);
  if (first.data === undefined) return { items: undefined, more: undefined };
  // New rows push others from the first page to the next one: none is shown twice.
  const seen = new Set(first.data.items.map(keyOf));
  const items = [...first.data.items, ...(older?.items ?? []).filter((item) => !seen.has(keyOf(item)))];
  const next = older === undefined ? first.data.next : older.next;
  const load = async (cursor: string) => {
    const mark = path.includes('?') ? '&' : '?';
    const page = await ask<Page<Item>>(`${path}${mark}cursor=${encodeURIComponent(cursor)}`, viewKey());
    const shown = first.data?.items ?? [];
    // Rows that leave the first page while the reader looks at older ones stay.
    setOlder({ items: [...(older?.items ?? shown), ...page.items], next: page.next });
  };
  const more =
    next === null || items.length >= MOST_ROWS ? undefined : () => void load(next).catch(() => undefined);
  return { items, more };
}
