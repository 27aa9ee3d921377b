import { FAMILIES } from '../../src/config/families.ts';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';

/** A key of the configuration, in the file of one family. */
export interface SchemaKey {
  /** Where it stands, as in `['chain', 0, 'ports', 0, 'listen']`. */
  readonly path: readonly (string | number)[];
  /** Index of the family whose chain the file has. */
  readonly family: number;
  readonly schema: JsonSchema;
  readonly required: boolean;
  /** False for a table, and for a list of tables. */
  readonly isSetting: boolean;
}

/**
 * All keys and tables of the configuration, once for each family: a key of all families is tried in the file of each.
 * Nobody writes this list, so a new key is in it.
 */
export function schemaKeys(): SchemaKey[] {
  const schema = configJsonSchema();
  return FAMILIES.flatMap((_family, family) => keysOf(schema, [], family));
}

function keysOf({ properties = {}, required = [] }: JsonSchema, path: SchemaKey['path'], family: number) {
  return Object.entries(properties).flatMap(([name, schema]): SchemaKey[] => {
    const isSetting = schema.live !== undefined;
    const here = [...path, name];
    const key = { path: here, family, schema, required: required.includes(name), isSetting };
    return isSetting ? [key] : [key, ...below(schema, here, family)];
  });
}

function below(schema: JsonSchema, path: SchemaKey['path'], family: number): SchemaKey[] {
  const { items } = schema;
  if (items === undefined) return keysOf(schema, path, family);
  return keysOf(items.oneOf?.[family] ?? items, [...path, 0], family);
}
