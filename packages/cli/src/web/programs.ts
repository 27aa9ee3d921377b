import type { MinerProgram } from '@adit/api/public';

/** What an Equihash program has to be told. */
interface EquihashTerms {
  readonly n: number;
  readonly k: number;
  /** Personalization, such as ZcashPoW. */
  readonly pers: string;
  readonly network: string;
}

const NAME = '{account}.{rig}';
const PLACE = '{host}:{port}';

/** The line that starts a program is the same on both systems but for the name of its file. */
function program(id: string, name: string, tls: boolean, file: string, rest: string): MinerProgram {
  return { id, name, tls, commands: { linux: `./${file} ${rest}`, windows: `${file}.exe ${rest}` } };
}

/** Programs by the proof of work that they find. Lines are as the programs' own pages have them. */
export const ALL_PROGRAMS = {
  equihash({ n, k, pers, network }: EquihashTerms): readonly MinerProgram[] {
    const own = program(
      'adit',
      'Adit (CPU)',
      true,
      'adit',
      `miner --url stratum+tcp://${NAME}:x@${PLACE} --dialect zcash --network ${network}`,
    );
    const cards = [
      program(
        'miniz',
        'miniZ (NVIDIA, AMD)',
        false,
        'miniZ',
        `--url=${NAME}@${PLACE} --pass=x --par=${n},${k} --pers=${pers}`,
      ),
      program(
        'lolminer',
        'lolMiner (AMD, NVIDIA)',
        true,
        'lolMiner',
        `--algo EQUI${n}_${k} --pers ${pers} --pool ${PLACE} --user ${NAME}`,
      ),
      program(
        'gminer',
        'GMiner (NVIDIA, AMD)',
        false,
        'miner',
        `--algo ${n}_${k} --pers ${pers} --server ${PLACE} --user ${NAME}`,
      ),
    ];
    // Cards find 200,9 slower than any ASIC, and these programs dropped it; nheqminer knows nothing else.
    const cpu = program(
      'nheqminer',
      'nheqminer (CPU)',
      false,
      'nheqminer',
      `-l ${PLACE} -u ${NAME} -p x -t 4`,
    );
    return n === 200 && k === 9 ? [own, cpu] : [own, ...cards];
  },
  truehash: (): readonly MinerProgram[] => [
    program(
      'adit',
      'Adit (CPU)',
      true,
      'adit',
      `miner --url stratum+tcp://${NAME}:x@${PLACE} --dialect truestratum`,
    ),
  ],
} as const;
