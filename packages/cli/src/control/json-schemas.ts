import { z } from 'zod';
import { type ControlCommand, controlRequest } from './requests.ts';
import { RESULTS } from './results.ts';

/** The part of a JSON schema (draft 2020-12) that requests and results use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The schemas of all requests, one for each command. */
export function requestSchemas(): readonly JsonSchema[] {
  return (z.toJSONSchema(controlRequest) as JsonSchema).oneOf ?? [];
}

/** The schema of a command's result. */
export function resultSchema(command: ControlCommand): JsonSchema {
  return z.toJSONSchema(RESULTS[command]) as JsonSchema;
}
