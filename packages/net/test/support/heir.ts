// A process that takes a listening socket over: as a handle with the message 'take', or as descriptor 4
// with the message 'take descriptor'. It answers 'listening', serves echoes, and ends with the parent.
import { Server } from 'node:net';
import { Census, StratumListener } from '@adit/net';
import { UNHURRIED } from './server.ts';

const listener = new StratumListener(
  { host: '127.0.0.1', port: 0 },
  {
    census: new Census(UNHURRIED),
    accept: (connection) => ({
      line: (line) => connection.send(line, ` from ${process.pid}\n`),
      closed: () => {},
    }),
  },
);

process.on('message', (message, handle) => {
  const inherited = handle instanceof Server ? handle : { fd: 4 };
  listener.listen(inherited).then(
    (port) => process.send?.({ listening: port, message }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('started');
