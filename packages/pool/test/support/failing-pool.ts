// A test runs this as a process. It ends by itself only if a pool that could not start left nothing behind.
import { createServer } from 'node:net';
import { Pool } from '@adit/pool';
import { zcashPool } from '@adit/test-kit/pools';

const [fault, dataFolder = ''] = process.argv.slice(2);
const nowhere = 'http://127.0.0.1:1';
const modules = { onEvent: () => {} };
const codeOf = (error: unknown) => String((error as { code?: unknown }).code);

if (fault === 'construct') {
  try {
    new Pool({ dataFolder, verifierThreads: 2, chains: [zcashPool([])] }, modules);
  } catch (error) {
    process.stdout.write(codeOf(error));
  }
} else {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const chains = [zcashPool([nowhere]), { ...zcashPool([nowhere], { port, name: 'taken' }), name: 'other' }];
  const pool = new Pool({ dataFolder, verifierThreads: 2, chains }, modules);
  await pool.start().catch((error: unknown) => process.stdout.write(codeOf(error)));
  server.close();
}
