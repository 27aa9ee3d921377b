import { configSchema } from '../../src/config/schema.ts';
import { RunningWeb } from '../../src/web/running-web.ts';

/** The web of one chain with money, on a free port, beside a pool that does not run. @param data folder of the pool */
export function webOf(data: string, onProblem: (problem: string) => void): RunningWeb {
  const config = configSchema.parse({
    data,
    web: { listen: '127.0.0.1:0' },
    chain: [
      {
        name: 'zec',
        network: 'zcash',
        nodes: [{ url: 'http://127.0.0.1:1' }],
        ports: [{ dialect: 'zcash', listen: '127.0.0.1:0', start_difficulty: 8 }],
        money: {},
      },
    ],
  });
  const ask = () => Promise.reject(new Error('no pool runs'));
  return new RunningWeb({ config, configFile: '', pages: undefined, ask }, onProblem);
}
