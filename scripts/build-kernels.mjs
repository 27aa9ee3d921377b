// Compiles packages/pow/assembly to WebAssembly and embeds each kernel, as base64, in a TypeScript file below
// packages/pow/src/generated. An embedded kernel needs neither a file system nor a network, so it runs in a browser.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { blake2bRounds } from '../packages/pow/assembly/unrolled/blake2b.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const assembly = path.join(root, 'packages', 'pow', 'assembly');
const output = path.join(root, 'packages', 'pow', 'src', 'generated');

/** For each kernel its name, its initial pages of 64 KiB, and its builds: see KernelBuild in src/wasm. */
const KERNELS = [
  ['equihash-verify', 1, ['plain', 'simd']],
  ['equihash-solve', 1, ['plain', 'simd']],
  ['sha256d', 2, ['plain']],
  ['sha3', 2, ['plain']],
  ['blake2b-hash', 2, ['plain']],
  ['truehash', 3, ['plain', 'simd']],
];

/** Sources that a script writes, and that are not files. */
const written = new Map([[path.join('unrolled', 'blake2b-rounds.ts'), blake2bRounds]]);

/** @returns the text of a file, or null if it does not exist, as the compiler expects */
function readSource(name, baseDir) {
  const write = written.get(path.normalize(name));
  if (write !== undefined) return write();
  try {
    return readFileSync(path.resolve(baseDir, name), 'utf8');
  } catch {
    return null;
  }
}

/** @returns the wasm of one build */
async function compile(name, pages, build) {
  let wasm;
  const { error, stderr } = await asc.main(
    // Without a collector and an allocator: every kernel lays out its own memory. `abort` would be an import.
    [
      ...[`${name}.ts`, '--outFile', `${name}.wasm`, '--baseDir', assembly],
      ...['--runtime', 'stub', '--use', 'abort=', build === 'simd' ? '--enable' : '--disable', 'simd'],
      ...['-O3', '--converge', '--noAssert', '--initialMemory', String(pages)],
    ],
    {
      readFile: readSource,
      writeFile: (_file, contents) => {
        wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) {
    process.stderr.write(`${name} (${build}) did not compile\n${stderr.toString()}\n`);
    process.exit(1);
  }
  process.stdout.write(`${name} (${build}): ${wasm.length} bytes\n`);
  return wasm;
}

for (const [name, pages, builds] of KERNELS) {
  const constant = name.replaceAll('-', '_').toUpperCase();
  const lines = [];
  for (const build of builds) {
    const wasm = await compile(name, pages, build);
    lines.push(`  ${build}: '${Buffer.from(wasm).toString('base64')}',\n`);
  }
  writeFileSync(
    path.join(output, `${name}.ts`),
    `// Compiled from packages/pow/assembly/${name}.ts. Not to be edited.\n` +
      `export const ${constant}_BUILDS: { ${builds.map((build) => `readonly ${build}: string`).join('; ')} } = {\n` +
      `${lines.join('')}};\n`,
  );
}
