import type { Fault } from '../../support/fault.ts';
import type { FaultCases } from './fault-case.ts';
import { countOf, diesOf, parsed, stallsWhen } from './misbehaviour.ts';

/** Faults that hostile lines, names and connections show. */
export const COMMON_HOSTILE_FAULTS: FaultCases = {
  'http-request': {
    does: 'serves a page',
    data: (chunk, { socket }) => {
      if (!chunk.toString().startsWith('GET /')) return chunk;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      return undefined;
    },
  },
  'tls-hello': {
    does: 'dies of a TLS handshake',
    data: (chunk, connection) => {
      if (chunk[0] === 0x16) connection.crash();
      return chunk;
    },
  },
  'quick-visits': {
    does: 'never takes a place back',
    opened: ({ shared, memory }) => {
      const count = Number(shared.get('visits') ?? 0) + 1;
      shared.set('visits', count);
      if (count > 25) memory.set('no place', true);
    },
    data: (chunk, { memory }) => (memory.has('no place') ? undefined : chunk),
  },
  'hostile-agents': {
    does: 'greets by name',
    incoming: (line, connection) => {
      const message = parsed(line);
      const name = (message?.['params'] as unknown[] | undefined)?.[0];
      if (message?.['method'] === 'mining.subscribe') {
        connection.say(`{"id":null,"method":"client.show_message","params":["welcome ${String(name)}"]}`);
      }
      return line;
    },
  },
  'hostile-workers': {
    does: 'says nothing to a name that it does not like',
    incoming: (line) => (line.includes('../etc/passwd') ? undefined : line),
  },
  'hostile-subscribe': {
    does: 'dies where params are a number',
    ...diesOf((line) => line.includes('mining.subscribe","params":7}')),
  },
  'hostile-authorize': {
    does: 'takes a number for a name',
    incoming: (line, connection) => {
      const message = parsed(line);
      if (typeof (message?.['params'] as unknown[] | undefined)?.[0] !== 'number') return line;
      connection.say(JSON.stringify({ id: message?.['id'], result: true, error: null }));
      return undefined;
    },
  },
  'hostile-submit': {
    does: 'says nothing where params are missing',
    incoming: (line) => (line.endsWith('"method":"mining.submit"}') ? undefined : line),
  },
  'hostile-others': {
    does: 'dies of an object in place of an array',
    ...diesOf((line) => /"mining\.(seedhash|configure)","params":\{/.test(line)),
  },
  'hostile-ids': {
    does: 'dies of an id that is an object',
    ...diesOf((line) => line.startsWith('{"id":{')),
  },
  'hostile-toplevel': {
    does: 'dies of null',
    ...diesOf((line) => line === 'null'),
  },
  'hostile-nesting': {
    does: 'exhausts its stack',
    ...diesOf((line) => line.includes('['.repeat(5_000))),
  },
  'hostile-bytes': {
    does: 'is stuck on a NUL',
    ...stuckOn((line) => line.includes('\0')),
  },
  'hostile-keys': {
    does: 'finds methods where there are none',
    incoming: (line, connection) => {
      const message = parsed(line);
      if (message?.['method'] !== 'constructor') return line;
      connection.say(JSON.stringify({ id: message['id'], result: true, error: null }));
      return undefined;
    },
  },
  'hostile-numbers': {
    does: 'dies of infinity',
    ...diesOf((line) => line.includes('1e999')),
  },
  'long-line': {
    does: 'stops reading at a long line, and says nothing',
    data: (chunk, { memory }) => {
      if (chunk.length > 20_000) memory.set('stuck', true);
      return memory.has('stuck') ? undefined : chunk;
    },
  },
  'endless-line': {
    does: 'takes whatever comes',
    data: (chunk) => (chunk.includes(0x0a) ? chunk : undefined),
  },
  'slow-writers': {
    does: 'waits for the end of a line before it reads anybody else',
    ...stallsWhen((chunk) => chunk.length < 5),
  },
  'never-reads': {
    does: 'waits for who does not read',
    ...stallsWhen((chunk, connection) => {
      const asked =
        countOf('mining.authorize', chunk, connection) + 20 * countOf('mining.seedhash', chunk, connection);
      return asked > 100;
    }),
  },
  'silent-connections': {
    does: 'serves no more than twenty at a time',
    ...stallsWhen((_chunk, { all }) => all.size > 20),
  },
  'flood-wrong-shares': {
    does: 'falls over a hundred submissions',
    ...stallsWhen((chunk, connection) => countOf('mining.submit', chunk, connection) > 100),
  },
  'flood-logins': {
    does: 'dies of a thousand logins',
    data: (chunk, connection) => {
      if (countOf('mining.authorize', chunk, connection) > 500) connection.crash();
      return chunk;
    },
  },
  'flood-connects': {
    does: 'runs out of places',
    opened: ({ shared, socket }) => {
      const count = Number(shared.get('visits') ?? 0) + 1;
      shared.set('visits', count);
      // The pool counts connections that are open at once, so a slow machine does not matter.
      if (count > 50) socket.pause().removeAllListeners('data');
    },
  },
};

/** The pool stops reading the connection, and does not close it. */
function stuckOn(bad: (line: string) => boolean): Pick<Fault, 'data'> {
  return {
    data: (chunk, { memory }) => {
      if (bad(chunk.toString('latin1'))) memory.set('stuck', true);
      return memory.has('stuck') ? undefined : chunk;
    },
  };
}
