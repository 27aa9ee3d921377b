import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import { z } from 'zod';

/** The version that this program writes. It reads no other one. */
export const MANIFEST_VERSION = 1;
export const MANIFEST = 'manifest.json';
/** The folders of a backup: what stands for the data folder, and the configuration with the files that it names. */
export const DATA = 'data';
export const CONFIG = 'config';

/** A path inside the backup: no part of it leads out of the folder, or is hidden in a way that programs disagree on. */
const inside = z
  .string()
  .max(1_000)
  .regex(/^(?:data|config)(?:\/[^/\\\0]+)+$/, 'expected a path below data or config')
  .refine((file) => file.split('/').every((name) => name !== '.' && name !== '..'), 'a path leads out');

const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  /** The program that made the backup. */
  adit: z.string(),
  /** When the backup began: shares that were kept before are in it. */
  begun: z.iso.datetime(),
  ended: z.iso.datetime(),
  host: z.string(),
  dataFolder: z.string(),
  /** The user that the data folder belonged to. */
  owner: z.string(),
  complete: z.boolean(),
  parts: z.array(z.strictObject({ name: z.string(), is: z.string() })),
  /** Last sequence of each journal instance. */
  sequences: z.record(z.string(), z.number().int().min(0)),
  files: z.array(
    z.strictObject({
      path: inside,
      bytes: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  notCopied: z.array(z.strictObject({ path: z.string(), because: z.string(), isLoss: z.boolean() })),
});

/** What lies in a backup, and what does not. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads the manifest of a backup.
 * @throws AditError `ADIT_BAD_BACKUP`
 */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, MANIFEST);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing
      ? 'there is none: this is not a backup, or one that was broken off'
      : messageOf(error);
    throw new AditError('ADIT_BAD_BACKUP', `the manifest ${file} cannot be used: ${why}`, { cause: error });
  }
  const version: unknown =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : 0;
  if (typeof version === 'number' && version > MANIFEST_VERSION) {
    const words = `the backup ${folder} has version ${version}, and this program knows ${MANIFEST_VERSION}: use the newer program that made it`;
    throw new AditError('ADIT_BAD_BACKUP', words);
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new AditError('ADIT_BAD_BACKUP', `the manifest ${file} is damaged: ${where}`);
}
