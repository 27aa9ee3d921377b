/** Keeps work in a set while it is under way. */
export function track(
  under: Set<Promise<void>>,
  work: Promise<void>,
  onError: (error: unknown) => void,
): void {
  const tracked = work.catch(onError).finally(() => under.delete(tracked));
  under.add(tracked);
}

/** Waits until all work has ended, work that begins during the wait included, but not longer than `withinMs`. */
export async function endOf(work: ReadonlySet<Promise<void>>, withinMs: number): Promise<void> {
  const all = async (): Promise<void> => {
    while (work.size > 0) await Promise.all([...work]);
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([all(), tooLong]);
  clearTimeout(timer);
}
