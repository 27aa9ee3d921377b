/** An item that can be in one list at a time. Only `IntrusiveList` sets the links. */
export class ListNode<T> {
  before: T | undefined = undefined;
  after: T | undefined = undefined;
}

/**
 * A doubly linked list whose links are in the items: `push`, `remove` and `moveToEnd` cost the same for any length and
 * allocate nothing. (A Map or a Set would take fewer lines, but finds its first entry by walking over all entries that
 * were deleted before it.)
 */
export class IntrusiveList<T extends ListNode<T>> {
  first: T | undefined = undefined;
  last: T | undefined = undefined;

  /** @param item one that is in no list */
  push(item: T): void {
    const { last } = this;
    item.before = last;
    if (last === undefined) this.first = item;
    else last.after = item;
    this.last = item;
  }

  /** @param item one of this list */
  remove(item: T): void {
    const { before, after } = item;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
  }

  /** @param item one of this list */
  moveToEnd(item: T): void {
    if (item === this.last) return;
    this.remove(item);
    this.push(item);
  }
}
