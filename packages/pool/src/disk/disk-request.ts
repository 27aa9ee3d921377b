/** What the pool asks of its disk while it runs. */
export type DiskRequest =
  /** Makes a folder and those above it, for the user alone. */
  | { readonly kind: 'make_folder'; readonly folder: string }
  /** Lists names. */
  | { readonly kind: 'list'; readonly folder: string }
  /** Lists files, with the times of their last change. */
  | { readonly kind: 'list_dated'; readonly folder: string }
  /** Reads a file as UTF-8. */
  | { readonly kind: 'read'; readonly file: string }
  /** Writes a file unless it exists: true where it did not. Other processes see all of it or nothing. It is not synced. */
  | { readonly kind: 'write_first'; readonly folder: string; readonly name: string; readonly text: string }
  /** Writes a file, and waits until it would survive a power cut. */
  | { readonly kind: 'write_synced'; readonly file: string; readonly text: string; readonly mode: number }
  | { readonly kind: 'sync_folder'; readonly folder: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  /** Removes a file, if it is there. */
  | { readonly kind: 'remove'; readonly file: string };

export interface DatedFile {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The results by the kind of the request. */
export interface DiskResults {
  readonly make_folder: undefined;
  readonly list: readonly string[];
  readonly list_dated: readonly DatedFile[];
  readonly read: string;
  readonly write_first: boolean;
  readonly write_synced: undefined;
  readonly sync_folder: undefined;
  readonly rename: undefined;
  readonly remove: undefined;
}

/** A disk that answers when it can. */
export interface Disk {
  /**
   * Carries out one request after the other, in order.
   * @throws errors of the file system, with their `code`; AditError `ADIT_DISK_BEHIND` where too many requests wait
   */
  ask<Request extends DiskRequest>(request: Request): Promise<DiskResults[Request['kind']]>;
}
