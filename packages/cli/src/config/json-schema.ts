import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { Holds } from './values.ts';

/** What the JSON Schema of the configuration says of one key or table, with our own marks. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  /** Only settings have it, not tables: whether `adit reload` applies the setting. */
  readonly live?: boolean;
  readonly restart?: boolean;
  readonly holds?: Holds;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  /** Replaces the bounds that the numbers give. */
  readonly bounds?: string;
  /** For a part that belongs to a family of chains, or to its ports. */
  readonly belongs?: string;
  readonly oneOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
}

/** The whole configuration file. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}
