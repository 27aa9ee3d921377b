import type { RecordedShares } from './recorded-shares.ts';

/** The lines of each connection of a flood. */
export type Lines = readonly (readonly string[])[];

function submit(jobId: string, time: string, nonce2: string, solution: string): string {
  return `{"id":4,"method":"mining.submit","params":["bench.rig","${jobId}","${time}","${nonce2}","${solution}"]}\n`;
}

export function unknownJobs({ connections, time }: RecordedShares): Lines {
  return connections.map(({ shares }) =>
    shares.map(({ nonce2, solution }) => submit('0badf00d', time, nonce2, solution)),
  );
}

/** In the line, `?` stands for the job of the connection. */
export function validShares({ connections, time }: RecordedShares): Lines {
  return connections.map(({ shares }) =>
    shares.map(({ nonce2, solution }) => submit('?', time, nonce2, solution)),
  );
}

/** A solution of another nonce: its indices are in order and differ, and its first pair does not collide. */
export function badSolutions({ connections, time }: RecordedShares): Lines {
  return connections.map(({ shares }) =>
    shares.map(({ nonce2, solution }) => submit('?', time, `ffff${nonce2.slice(4)}`, solution)),
  );
}

/** TrueHash shares, each with its own nonce. @param flood another number for each flood, or nonces come twice */
export function trueShares(connections: number, each: number, flood = 0): Lines {
  return Array.from({ length: connections }, (_, i) =>
    Array.from({ length: each }, (_unused, n) => {
      const nonce = String((i + 1) * 1_000_000_000_000 + flood * each + n);
      return `{"id":244,"method":"mining.submit","params":["bench.rig","?","${nonce}"]}\n`;
    }),
  );
}
