import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The anchors that forges make of the headings of a page. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = withoutCode(text).matchAll(/^#{1,6} +(.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

const PAGES = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist', 'adit-data', '.adit-build'].includes(path.basename(name)),
});

test('every link between the pages leads to a file that is there, and to a heading that it has', () => {
  assert.ok(PAGES.length > 20);
  const faults: string[] = [];
  let links = 0;
  for (const page of PAGES) {
    const text = readFileSync(path.join(root, page), 'utf8');
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links += 1;
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? path.join(root, page) : path.resolve(root, path.dirname(page), file);
      if (!existsSync(full)) faults.push(`${page}: ${target} is not there`);
      else if (anchor !== undefined && !anchorsOf(readFileSync(full, 'utf8')).has(anchor))
        faults.push(`${page}: ${file} has no heading for #${anchor}`);
    }
  }
  assert.ok(links > 50);
  assert.deepEqual(faults, []);
});

test('every source file that a page names, by its whole path or the end of it, is there', () => {
  const sources = globSync('{packages,scripts,test,bench,tools}/**/*.{ts,mjs}', {
    cwd: root,
    exclude: (name) => ['node_modules', 'dist'].includes(path.basename(name)),
  }).map((file) => `/${file.split(path.sep).join('/')}`);
  const faults: string[] = [];
  let named = 0;
  // The changelog also names files of the past.
  for (const page of PAGES.filter((name) => path.basename(name) !== 'CHANGELOG.md')) {
    const text = withoutCode(readFileSync(path.join(root, page), 'utf8'));
    for (const [, file = ''] of text.matchAll(/`([\w-][\w./-]*\.(?:ts|mjs))`/g)) {
      named += 1;
      if (!sources.some((source) => source.endsWith(`/${file}`)))
        faults.push(`${page}: ${file} is not there`);
    }
  }
  assert.ok(named > 150);
  assert.deepEqual(faults, []);
});

test('the index of the pages for operators links to each of them', () => {
  const index = readFileSync(path.join(root, 'docs/operating/README.md'), 'utf8');
  const pages = globSync('*.md', { cwd: path.join(root, 'docs/operating') }).filter(
    (name) => name !== 'README.md',
  );
  assert.ok(pages.length >= 10);
  assert.deepEqual(
    pages.filter((name) => !index.includes(`](${name})`)),
    [],
  );
});

test('no page has the marks of an unfinished merge', () => {
  const pages = globSync('{*.md,docs/**/*.md,packages/*/*.md}', { cwd: root });
  assert.ok(pages.length > 20);
  for (const page of pages) {
    const text = readFileSync(path.join(root, page), 'utf8');
    assert.doesNotMatch(text, /^(?:<{7} |>{7} |={7}$)/m, page);
  }
});
