import { z } from 'zod';
import { PROBLEMS, problem } from './problems.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { worker } from './schema/account.ts';
import { block } from './schema/blocks.ts';
import { EVENTS, TOPICS } from './schema/events.ts';
import { payout } from './schema/payouts.ts';
import { chainSummary, coin } from './schema/pool.ts';
import { rate, rates } from './schema/values.ts';

/** The version of the API. New fields do not change it; every other change does. */
const API_VERSION = '1';

const PARAMETERS: Readonly<Record<string, string>> = {
  chain: 'name of a chain, as `/pool` lists it',
  account: 'the whole name of an account, percent-encoded',
  wid: 'a rig, as the list of rigs names it',
  hash: 'hash of a block, in hex',
  id: 'a batch of payouts, as the list names it',
};

/** Schemas that several others name. */
const SHARED = [rate, rates, coin, chainSummary, block, payout, worker];

type Json = Readonly<Record<string, unknown>>;

/**
 * The document of the API (OpenAPI 3.1), made of the schemas that check what the server answers. The same for every pool: it names no
 * chain and no host.
 */
export function openApiDocument(): Json {
  const registry = z.registry<{ id: string }>();
  registry.add(problem, { id: 'Problem' });
  for (const shared of SHARED) registry.add(shared, { id: String(shared.meta()?.id) });
  for (const { id, answer } of ROUTES) {
    if (answer === undefined) continue;
    registry.add(answer, { id: nameOf(id, answer) });
  }
  for (const [name, event] of Object.entries(EVENTS)) registry.add(event, { id: `${capital(name)}Event` });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Adit pool API',
      version: API_VERSION,
      description:
        'Reads a mining pool. Amounts and weights are decimal text, times are milliseconds since 1970, ratios are 1 for 100 %. Lists begin with the newest row and go on with a cursor.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      ...Object.fromEntries(ROUTES.map((one) => [one.path, { get: operationOf(one) }])),
      '/api/v1/events': { get: eventsOperation() },
    },
    components: {
      schemas: componentsOf(schemas),
      responses: {
        Problem: {
          description: `a problem (RFC 9457) with one of the codes ${Object.keys(PROBLEMS).join(', ')}`,
          content: { 'application/problem+json': { schema: reference('Problem') } },
        },
      },
    },
  };
}

function operationOf(one: Route): Json {
  const { id, path, summary, query, answer } = one;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    operationId: id,
    summary,
    parameters: [
      ...names.map((name) => ({
        name,
        in: 'path',
        required: true,
        description: PARAMETERS[name],
        schema: { type: 'string' },
      })),
      ...queryParameters(query),
    ],
    responses: {
      200: {
        description: summary,
        headers: { etag: { schema: { type: 'string' } } },
        content:
          answer === undefined
            ? { 'text/csv': { schema: { type: 'string' } } }
            : { 'application/json': { schema: reference(nameOf(id, answer)) } },
      },
      304: { description: 'the caller has it' },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function eventsOperation(): Json {
  return {
    operationId: 'events',
    summary: 'a stream of events (server-sent events); it resumes behind the header Last-Event-ID',
    parameters: [
      {
        name: 'topics',
        in: 'query',
        required: false,
        description: `with commas between: ${TOPICS.join(', ')}, and at most four of account:<chain>:<account>, percent-encoded`,
        schema: { type: 'string' },
      },
    ],
    responses: {
      200: {
        description: Object.keys(EVENTS)
          .map((name) => `event \`${name}\`: data as ${capital(name)}Event`)
          .join('; '),
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function queryParameters(query: z.ZodObject): readonly Json[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { description?: string }>;
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    schema: name === 'limit' ? { type: 'integer', minimum: 1, maximum: 100, default: 25 } : schema,
  }));
}

/** Schemas without the keywords that only stand alone. */
function componentsOf(schemas: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => {
        const { $schema, $id, ...rest } = schema as Json;
        return [name, rest];
      }),
  );
}

function nameOf(id: string, answer: z.ZodObject): string {
  return (answer.meta()?.id as string | undefined) ?? capital(id);
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function capital(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
