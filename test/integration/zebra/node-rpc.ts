import { readFileSync } from 'node:fs';
import { request } from 'node:http';

/** A node and where it writes its cookie. */
export interface NodePlace {
  readonly url: string;
  readonly cookieFile: string;
}

/** An RPC error that a node answered. */
export class NodeRefusal extends Error {
  readonly rpcCode: number;

  constructor(method: string, code: number, message: string) {
    super(`${method}: ${code} ${message}`);
    this.name = 'NodeRefusal';
    this.rpcCode = code;
  }
}

/**
 * One call as curl would make it: the cookie of the moment, a connection of its own. It shares no code with the pool,
 * whose client is what is being tried.
 * @throws NodeRefusal; Error where there is no answer within the time
 */
export async function callNode(
  place: NodePlace,
  method: string,
  params: readonly unknown[] = [],
  timeoutMs = 30_000,
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const text = await post(place, body, timeoutMs);
  const { result, error } = JSON.parse(text) as {
    result?: unknown;
    error?: { code: number; message: string } | null;
  };
  if (error !== undefined && error !== null) throw new NodeRefusal(method, error.code, error.message);
  return result ?? null;
}

function post({ url, cookieFile }: NodePlace, body: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      auth: readFileSync(cookieFile, 'utf8').trim(),
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    });
    outgoing.end(body);
  });
}
