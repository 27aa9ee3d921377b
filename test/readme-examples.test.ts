import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LIBRARIES } from '../scripts/api/faults.ts';
import { type Example, examplesOf } from '../scripts/examples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The port in the pages. The test takes a free one in its place. */
const PORT = '3333';
const LIMIT_MS = 120_000;

const examples = LIBRARIES.map((room) => examplesOf(root, `packages/${room}/README.md`));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when something listens there; whatever it is sees one connection that says nothing. */
async function listens(port: number, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const [outcome] = await Promise.race([
      once(socket, 'connect').then(() => ['open']),
      once(socket, 'error'),
    ]).catch(() => []);
    socket.destroy();
    if (outcome === 'open') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the examples in the READMEs of the libraries', { timeout: 300_000 }, () => {
  let folder = '';
  let port = 0;
  const files = new Map<Example, string>();

  before(async () => {
    mkdirSync(path.join(root, '.adit-build'), { recursive: true });
    folder = mkdtempSync(path.join(root, '.adit-build', 'examples-'));
    port = await freePort();
    for (const [at, example] of examples.flat().entries()) {
      const file = path.join(folder, `${at}.ts`);
      writeFileSync(file, example.source.replaceAll(PORT, String(port)));
      files.set(example, file);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('come early: a first program stands on the first screen of each page', () => {
    for (const [example] of examples) {
      assert.ok(example !== undefined);
      assert.ok(Number(example.place.split(':')[1]) <= 20, `${example.place} begins within 20 lines`);
      assert.equal(example.mode === 'checked', false, `${example.place} runs`);
    }
  });

  it('compile under the strictest options', () => {
    const config = path.join(folder, 'tsconfig.json');
    writeFileSync(
      config,
      JSON.stringify({
        extends: path.join(root, 'tsconfig.base.json'),
        compilerOptions: { noEmit: true, customConditions: ['adit-source'] },
        include: ['*.ts'],
      }),
    );
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config, '--checkers', '1'], {
      encoding: 'utf8',
    });
    const places = examples.flat().map(({ place }, at) => `${at}.ts is ${place}`);
    assert.equal(status, 0, `${stdout}\n${places.join('\n')}`);
  });

  for (const page of examples) {
    for (const [at, example] of page.entries()) {
      if (example.mode !== 'runs') continue;
      it(`${example.place} runs, and prints what the page says`, { timeout: LIMIT_MS }, async () => {
        const before = page[at - 1];
        const server = before?.mode === 'serves' ? start(before) : undefined;
        try {
          if (server !== undefined) await listens(port, server);
          const { status, printed, faults } = await ended(start(example));
          assert.equal(status, 0, faults);
          assert.equal(printed, example.output ?? '', 'a text block behind the example says what it prints');
        } finally {
          server?.kill();
        }
      });
    }
  }

  function start(example: Example): ChildProcess {
    return spawn(process.execPath, ['--conditions=adit-source', files.get(example) ?? ''], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
      timeout: LIMIT_MS,
    });
  }
});

async function ended(
  child: ChildProcess,
): Promise<{ status: number | null; printed: string; faults: string }> {
  let printed = '';
  let faults = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    faults += text;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, printed, faults };
}

describe('a mark above an example', () => {
  it('that is not known, or that gives no reason, is an error, not a program that nobody runs', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'page-'));
    try {
      const page = (mark: string) =>
        writeFileSync(
          path.join(folder, 'p.md'),
          `# P\n\n${mark}\n\`\`\`ts\n1;\n\`\`\`\n\n\`\`\`text\n1\n\`\`\`\n`,
        );
      page('<!-- example: only checked, because it needs a node -->');
      assert.deepEqual(examplesOf(folder, 'p.md'), [
        { place: 'p.md:5', source: '1;\n', mode: 'checked', output: '1\n' },
      ]);
      for (const mark of ['<!-- example: only checked -->', '<!-- example: skipped -->']) {
        page(mark);
        assert.throws(() => examplesOf(folder, 'p.md'), /not known/);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
