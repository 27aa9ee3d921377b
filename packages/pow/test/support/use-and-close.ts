// A process of its own, which must end by itself.
import { VerifierPool } from '@adit/pow/threads';

const pool = new VerifierPool({ threads: 2, maxQueued: 10 });
const params = { n: 48, k: 5, personalization: 'ZcashPoW' };
const verdict = await pool.verifyEquihash(params, new Uint8Array(140), new Uint8Array(36));
await pool.close();
process.stdout.write(`${verdict}\n`);
