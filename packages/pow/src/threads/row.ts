/** Stands in at most one row at a time; `Row` alone sets the links. */
export class Linked<T> {
  before: T | undefined = undefined;
  after: T | undefined = undefined;
}

/**
 * A row that items join at the end and leave from anywhere, at the same small cost, without allocating. (A Map or Set
 * would do it in fewer lines, but finds its first entry by walking over all those that have left before.)
 */
export class Row<T extends Linked<T>> {
  first: T | undefined = undefined;
  last: T | undefined = undefined;

  /** @param item in no row at present */
  push(item: T): void {
    const { last } = this;
    item.before = last;
    if (last === undefined) this.first = item;
    else last.after = item;
    this.last = item;
  }

  /** @param item in this row */
  remove(item: T): void {
    const { before, after } = item;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
  }

  /** To the end of the row. */
  rotate(item: T): void {
    if (item === this.last) return;
    this.remove(item);
    this.push(item);
  }
}
