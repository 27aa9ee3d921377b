import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** What is kept of a found block or fruit until its fate is known. */
export interface Candidate {
  readonly chain: string;
  readonly what: 'block' | 'fruit';
  /** Block hash as explorers show it, or header hash and nonce: unique on the chain. */
  readonly id: string;
  readonly height: number | null;
  readonly worker: string;
  readonly foundAtMs: number;
  /** Zcash: the whole block. TrueChain: nonce, header hash and mix digest, comma-separated. Hex. */
  readonly payload: string;
  readonly answers: readonly { readonly node: string; readonly answer: string }[];
  readonly state: 'pending' | 'submitted' | 'refused';
}

/** Candidates as files below `blocks/`, on disk before anybody hears of them. */
export class CandidateStore {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'blocks');
    mkdirSync(path.join(this.#folder, 'done'), { recursive: true });
  }

  /** Writes or replaces, and waits for the disk. */
  save(candidate: Candidate): void {
    const file = this.#file(candidate);
    const fd = openSync(`${file}.tmp`, 'w', 0o644);
    try {
      // All of it or an error: a plain write may stop half-way on a disk that is nearly full.
      writeFileSync(fd, `${JSON.stringify(candidate, null, 1)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${file}.tmp`, file);
    this.#syncFolder();
  }

  /** Its fate is known: it moves to `blocks/done`, where an operator may look at it or delete it. */
  finish(candidate: Candidate): void {
    this.save(candidate);
    renameSync(this.#file(candidate), path.join(this.#folder, 'done', this.#name(candidate)));
  }

  /** What an earlier process left unfinished. A file that cannot be read is set aside, not lost. */
  unfinished(onBad: (file: string) => void): Candidate[] {
    const candidates: Candidate[] = [];
    for (const name of readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (name.endsWith('.tmp')) rmSync(file);
      if (!name.endsWith('.json')) continue;
      try {
        const candidate: unknown = JSON.parse(readFileSync(file, 'utf8'));
        if (!isCandidate(candidate)) throw new Error('it is no candidate');
        candidates.push(candidate);
      } catch {
        renameSync(file, `${file}.unreadable`);
        onBad(file);
      }
    }
    return candidates;
  }

  /** The name must be on disk too, or a power cut takes the file with it. */
  #syncFolder(): void {
    const fd = openSync(this.#folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  #name({ chain, id }: Candidate): string {
    return `${chain}-${id}.json`.replace(/[^a-zA-Z0-9._-]/g, '_');
  }

  #file(candidate: Candidate): string {
    return path.join(this.#folder, this.#name(candidate));
  }
}

/** What a start needs to hand it in again. Written by ourselves, but perhaps by another version. */
function isCandidate(value: unknown): value is Candidate {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    ['chain', 'id', 'worker', 'payload'].every((key) => typeof fields[key] === 'string') &&
    (fields['what'] === 'block' || fields['what'] === 'fruit') &&
    ['pending', 'submitted', 'refused'].includes(String(fields['state'])) &&
    (fields['height'] === null || Number.isSafeInteger(fields['height'])) &&
    Number.isFinite(fields['foundAtMs']) &&
    Array.isArray(fields['answers'])
  );
}
