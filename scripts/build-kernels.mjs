// Compiles packages/pow/assembly to WebAssembly and embeds each kernel, as base64, in a TypeScript file below
// packages/pow/src/generated. Embedded, a kernel needs neither a file system nor a network: it runs in a browser.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { blake2bRounds } from '../packages/pow/assembly/unrolled/blake2b.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const assembly = path.join(root, 'packages', 'pow', 'assembly');
const output = path.join(root, 'packages', 'pow', 'src', 'generated');

/** Kernel name and the pages of 64 KiB that it begins with. */
const KERNELS = [
  ['equihash-verify', 1],
  ['equihash-solve', 1],
  ['sha256d', 2],
  ['sha3', 2],
  ['blake2b-hash', 2],
  ['truehash', 3],
];

/** Sources that exist only as the text that a script writes. */
const written = new Map([[path.join('unrolled', 'blake2b-rounds.ts'), blake2bRounds]]);

/** @returns the file's text, or null where there is none, as the compiler wants it */
function readSource(name, baseDir) {
  const write = written.get(path.normalize(name));
  if (write !== undefined) return write();
  try {
    return readFileSync(path.resolve(baseDir, name), 'utf8');
  } catch {
    return null;
  }
}

async function compile(name, pages) {
  let wasm;
  const { error, stderr } = await asc.main(
    // No collector and no allocator: every kernel lays out its own memory. `abort` would be an import.
    [
      ...[`${name}.ts`, '--outFile', `${name}.wasm`, '--baseDir', assembly],
      ...['--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'],
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
    process.stderr.write(`${name} did not compile\n${stderr.toString()}\n`);
    process.exit(1);
  }
  const constant = name.replaceAll('-', '_').toUpperCase();
  writeFileSync(
    path.join(output, `${name}.ts`),
    `// Compiled from packages/pow/assembly/${name}.ts. Not to be edited.\n` +
      `export const ${constant}_WASM: string =\n  '${Buffer.from(wasm).toString('base64')}';\n`,
  );
  process.stdout.write(`${name}: ${wasm.length} bytes\n`);
}

for (const [name, pages] of KERNELS) await compile(name, pages);
