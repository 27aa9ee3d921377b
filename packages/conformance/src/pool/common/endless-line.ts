import { DIALECTS } from '@adit/stratum';
import { attack } from '../../catalogue/rules.ts';
import { cannotTell, fail, type Judgement, pass } from '../../report/finding.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolProbe } from '../probe/pool-probe.ts';
import { ifServes } from '../tools/still-serves.ts';

const PIECE_BYTES = 64 * 1_024;
/** 256 KB, and 10 MB with `--aggressive`. */
const PIECES = { usual: 4, aggressive: 160 };

export const ENDLESS_LINE: PoolCheck = {
  id: 'endless-line',
  title: 'a line that never ends ends the connection',
  group: 'attack',
  dialects: DIALECTS,
  rules: [attack('T13')],
  sent: '256 KB without a line end (--aggressive: 10 MB)',
  expected: 'the pool closes the connection, or reads no further; it serves on',
  run: async (probe) => await endlessLine(probe),
};

async function endlessLine(probe: PoolProbe): Promise<Judgement> {
  const connection = await probe.open();
  const { aggressive, limits } = probe.options;
  const piece = Buffer.alloc(PIECE_BYTES, 'a');
  const pieces = aggressive ? PIECES.aggressive : PIECES.usual;
  connection.bytes('{"id":1,"method":"', '{"id":1,"method":"aaa...');
  let sent = 0;
  while (sent < pieces && connection.closed === undefined) {
    connection.bytes(piece, '64 KB of a');
    sent += 1;
    const taken = await connection.flushed(limits.answerMs);
    if (!taken && connection.closed === undefined) {
      return await ifServes(probe, pass(`nothing more is taken after ${sent * 64} KB`));
    }
  }
  const amount = `${sent * 64} KB`;
  if (await connection.ends()) return await ifServes(probe, pass(`${connection.closed} within ${amount}`));
  const open = `${amount} without a line end were taken, and the connection is still open`;
  return aggressive ? fail(open) : cannotTell(`${open} (--aggressive sends 10 MB)`);
}
