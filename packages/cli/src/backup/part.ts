/** Something that was not copied, and why. */
export interface NotCopied {
  /** Path of the file or folder. */
  readonly path: string;
  readonly because: string;
  /** True where data is missing that a complete backup would have: the operator has to look at it. */
  readonly isLoss: boolean;
}

/** What a part says of its copy. */
interface PartCopy {
  readonly notCopied: readonly NotCopied[];
  /** The last sequence of each journal instance; only the part of the journals has them. */
  readonly sequences?: Readonly<Record<string, number>>;
}

/** The folders that a part copies from and to. */
interface CopyPlaces {
  /** The data folder of a pool that may be running. */
  readonly from: string;
  /** The folder in the backup that stands for the data folder. */
  readonly to: string;
  /** Called after each file of a part that may have thousands. */
  readonly onFile?: () => void;
}

/**
 * One kind of data of a pool, as backups know it. A room with new data adds one entry to `BACKUP_PARTS`: all else
 * (the manifest, digests, rights, syncs, free space) follows from the list.
 */
export interface BackupPart {
  /** Its name in the manifest. */
  readonly name: string;
  /** What it is, for people. */
  readonly is: string;
  /** Names of files and folders in the data folder that belong to it; absolute paths of those elsewhere. */
  readonly entries: readonly string[];
  /** Copies it, consistent in itself, while a pool may write to it. It makes its files with the mode 0600. */
  readonly copy: (places: CopyPlaces) => Promise<PartCopy>;
  /**
   * Reads the copy. It runs at the end of a backup, and again before a restore gives the files their places.
   * @returns a sentence for each fault
   */
  readonly check: (folder: string) => readonly string[];
  /**
   * Changes the files of a restored folder where the machine of the backup may have gone on since.
   * @returns sentences for the operator
   */
  readonly restored: (folder: string, nowMs: number) => readonly string[];
}
