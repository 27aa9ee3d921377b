// Tries for long what the tests try in short: is anybody credited more than he works?
//   npm run one-price -- [--only zcash|truestratum] [--strategies 300] [--work 20000] [--episodes 100] [--json]
import { parseArgs } from 'node:util';
import { runHonest } from '../../packages/pool/test/one-price/run-honest.ts';
import { runStrategy } from '../../packages/pool/test/one-price/run-zcash.ts';
import { runOverSockets } from './over-sockets.ts';
import { runTrueStratumLong } from './truestratum.ts';

const { values } = parseArgs({
  options: {
    strategies: { type: 'string', default: '300' },
    work: { type: 'string', default: '20000' },
    episodes: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly what: string;
  readonly work: number;
  readonly ratio: number;
  readonly error: number;
  readonly bound: number;
  readonly holds: boolean;
}

const rows: Row[] = [];

function note(what: string, work: number, credit: number, error: number, bound: number): void {
  const ratio = credit / work;
  rows.push({ what, work, ratio, error, bound, holds: ratio <= bound });
  if (!values.json)
    process.stdout.write(
      `${ratio <= bound ? 'holds ' : 'BROKEN'} ${what}: ${ratio.toFixed(4)} of ${work} hashes, standard error ${error.toFixed(4)}, bound ${bound.toFixed(4)}\n`,
    );
}

async function tryZcash(): Promise<void> {
  for (const makesWork of [true, false]) {
    const name = makesWork ? 'work at will' : 'works of the node';
    let [used, credit, squares, spaces] = [0, 0, 0, 0];
    for (let seed = 1; seed <= Number(values.strategies); seed += 1) {
      const result = await runStrategy({ seed: seed + 1_000, makesWork, moves: 500, burst: 200 });
      used += result.used;
      credit += result.credit;
      squares += result.squares;
      spaces += result.twoPriced.length;
    }
    const error = Math.sqrt(squares) / used;
    // The law is about the mean: credit plus three standard errors is at most 1.02 where there is enough of it to say so.
    note(`greedy, ${values.strategies} random strategies, ${name}`, used, credit, error, 1.02 - 3 * error);
    note(`header spaces with two targets, ${name}`, 1, spaces, 0, 0);
    for (const { rate, habit, work, credit: paid, error: own, refused } of await runHonest({
      seed: 1,
      makesWork,
      hours: 4,
      blockSeconds: 75,
    })) {
      note(`honest, ${rate}/s, ${habit}, ${name}, ${refused} refused`, work, paid, own, 1 + 4 * own);
    }
  }
  for (const { name, work, credit, error, met, kept } of await runOverSockets(Number(values.work))) {
    note(`over sockets: ${name}`, work, credit, error, 1 + 4 * error);
    note(`solutions over sockets that were to be kept, for each that was: ${name}`, kept, met, 0, 1);
  }
}

if (values.only !== 'truestratum') await tryZcash();
if (values.only !== 'zcash')
  await runTrueStratumLong(Number(values.episodes), ({ what, work, credit, error, bound }) =>
    note(what, work, credit, error, bound),
  );

if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
