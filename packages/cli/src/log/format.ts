import { z } from 'zod';
import { plain } from './plain.ts';

/** How a value of an event is written into a line of the log, and what a reader of the line finds there. */
export interface Format<In> {
  /** How the page of events calls it. */
  readonly name: string;
  readonly schema: z.ZodType;
  /** @returns a value for JSON; undefined where the field is left out */
  readonly write: (value: In) => unknown;
}

/** A format for each field of an event or of a part of one. A field without a format does not compile. */
export type Fields<Of> = { readonly [Field in Exclude<keyof Of, 'kind'>]-?: Format<Of[Field]> };

const PRINTABLE = /^[\x20-\x7e]*$/;

/** Text that may come from the wire. It is escaped. */
export const text: Format<string> = { name: 'text', schema: z.string().regex(PRINTABLE), write: plain };

/** A value of a closed list, or a code. */
export const word: Format<string> = { name: 'word', schema: z.string().regex(/^[\w:.-]+$/), write: plain };

export const whole: Format<number> = {
  name: 'whole number',
  schema: z.number().int(),
  write: (value) => value,
};

/** Milliseconds, as a duration or since 1970. */
export const ms: Format<number> = { name: 'milliseconds', schema: z.number(), write: (value) => value };

export const yesNo: Format<boolean> = { name: 'boolean', schema: z.boolean(), write: (value) => value };

/** A number that may be too large for others than bigint. */
export const decimal: Format<bigint> = {
  name: 'decimal text',
  schema: z.string().regex(/^\d+$/),
  write: String,
};

/** The field is left out where its value is not known. */
export function optional<In>({ name, schema, write }: Format<In>): Format<In | undefined> {
  return {
    name,
    schema: schema.optional(),
    write: (value) => (value === undefined ? undefined : write(value)),
  };
}

export function isOptional({ schema }: { readonly schema: z.ZodType }): boolean {
  return schema.safeParse(undefined).success;
}

/** An object with these fields. */
export function object<Of extends object>(fields: Fields<Of>): Format<Of> {
  const names = Object.keys(fields).map((name) => `\`${name}\``);
  return {
    name: `object: ${names.join(', ')}`,
    schema: schemaOf(fields),
    write: (of) => written(fields, of),
  };
}

export function list<In>({ name, schema, write }: Format<In>): Format<readonly In[]> {
  return { name: `list, each ${name}`, schema: z.array(schema), write: (values) => values.map(write) };
}

/** The schema of an object with these fields, and no other. */
export function schemaOf(fields: Readonly<Record<string, { readonly schema: z.ZodType }>>): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
  );
}

/** Writes the fields that have a format, and leaves out all others. */
export function written<Of extends object>(fields: Fields<Of>, of: Of): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [name, { write }] of Object.entries<Format<never>>(fields)) {
    const value = write(of[name as keyof Of] as never);
    if (value !== undefined) line[name] = value;
  }
  return line;
}
