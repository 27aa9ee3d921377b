import { runStrategy } from './run-zcash.ts';

const n = Number(process.argv[2] ?? 20);
let work = 0;
let used = 0;
let credit = 0;
let squares = 0;
let two = 0;
let worst = 0;
for (let seed = 1; seed <= n; seed += 1) {
  const r = await runStrategy({
    seed,
    makesWork: process.argv[3] === 'opaque' ? false : process.argv[3] === 'repeats' ? 'repeats' : true,
    moves: 400,
    burst: 100,
  });
  work += r.work;
  used += r.used;
  credit += r.credit;
  squares += r.squares;
  two += r.twoPriced.length;
  if (process.argv[4]) console.log(r.answers, r.credit, r.used);
  worst = Math.max(worst, r.credit / r.used);
}
console.log({ work, used, ratio: credit / used, se: Math.sqrt(squares) / used, two, worst });
