import { isIP } from 'node:net';
import { z } from 'zod';
import { isAddress, isPath } from './addresses.ts';
import { isPostgresql, isPostgresqlUrl } from './postgresql-url.ts';

export const address = z
  .string()
  .refine(isAddress, 'expected host:port, for example 0.0.0.0:3333, [::]:3333 or pool.example.com:3333');

/** An address, or a network written as address/bits. */
export const network = z.string().refine((text) => {
  const [host = '', bits, ...more] = text.split('/');
  const version = isIP(host);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}, 'expected an address or a network, for example 10.0.0.5 or 10.0.0.0/8');

/** What a text of the configuration names: a path of some kind, a variable, or a part of a login. */
export type Holds =
  | 'folder'
  | 'socket'
  | 'secret'
  | 'cookie'
  | 'certificate'
  | 'key'
  | 'variable'
  | 'login'
  | 'books';

/** Marks a setting by what it holds. The program finds the files of a configuration by this mark. */
export function holds(what: Holds): { readonly holds: Holds } {
  return { holds: what };
}

/** The longest path that Linux takes is 4096 bytes. */
const path = z
  .string()
  .min(1)
  .max(4_000)
  .refine(isPath, 'expected a path without control characters, and not a URL');

/** A file of the books that the program makes by itself, or the address of a database, which might have a password in it. */
export const books = z
  .string()
  .min(1)
  .max(4_000)
  .refine(isBooks, 'expected a path, or postgresql://user@host:5432/database without a password')
  .meta(holds('books'));
export const folder = path.meta(holds('folder'));
export const socket = path.meta(holds('socket'));
export const secretFile = path.meta(holds('secret'));
export const keyFile = path.meta(holds('key'));
export const cookieFile = path.meta(holds('cookie'));
export const certificateFile = path.meta(holds('certificate'));

export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
  .meta(holds('variable'));

/**
 * Below the least value every hash is a share on every chain; above the greatest no hash is one. TrueChain's hardest is
 * 2^128.
 */
export const difficulty = z
  .number()
  .min(1e-40, 'expected a number from 1e-40 to 1e40')
  .max(1e40, 'expected a number from 1e-40 to 1e40');

function isBooks(text: string): boolean {
  return isPostgresql(text) ? isPostgresqlUrl(text) : isPath(text);
}

const SIGNED_ZERO = 'expected a number without a sign';

/**
 * A finite number from `least` to `most`. TOML can also write `nan`, `inf` and `-0.0`. Zod refuses the first two; the
 * third is refused here, because it looks like 0 until something is divided by it.
 */
export function number(least: number, most: number) {
  return z
    .number()
    .min(least)
    .max(most)
    .refine((value) => !Object.is(value, -0), SIGNED_ZERO);
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number) {
  return number(least, most).int();
}

/**
 * 0, which means "not at all", or a number from `least` to `most`. Without the lower bound a tiny number would be
 * rounded to 0.
 */
export function zeroOr(least: number, most: number) {
  const bounds = `0, or ${least} to ${most}`;
  return z
    .number()
    .max(most)
    .refine((value) => !Object.is(value, -0), SIGNED_ZERO)
    .refine((value) => value === 0 || value >= least, {
      error: `expected ${bounds}`,
    })
    .meta({ bounds });
}
