import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '@adit/primitives';
import type { Browser } from 'playwright-core';

const LAUNCH_MS = 30_000;

const FLAGS = [
  ...['--no-sandbox', '--no-zygote', '--disable-gpu', '--no-first-run', '--no-default-browser-check'],
  // Nothing but the page that is opened may use the network.
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-pings'],
];

export interface Chromium {
  /** A browser of its own. @param flags besides the usual ones */
  launch(...flags: string[]): Promise<Browser>;
  /** Closes all browsers and removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Unpacks the browser that npm brought into a folder of its own, so that tests that run at the same time do not start
 * each other's half-written file, and tries it once. @returns why there is none, where it does not start
 */
export async function unpackChromium(): Promise<Chromium | { readonly reason: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'adit-browser-'));
  const browsers: Browser[] = [];
  const close = async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await rm(folder, { recursive: true, force: true });
  };
  const before = process.env['TMPDIR'];
  try {
    process.env['TMPDIR'] = folder;
    const { default: packed } = await import('@sparticuz/chromium');
    const { chromium } = await import('playwright-core');
    const executablePath = await packed.executablePath();
    const launch = async (...flags: string[]) => {
      const browser = await chromium.launch({
        executablePath,
        args: [...FLAGS, ...flags],
        timeout: LAUNCH_MS,
      });
      browsers.push(browser);
      return browser;
    };
    await launch();
    return { launch, close };
  } catch (error) {
    await close();
    return { reason: `no browser starts here: ${messageOf(error).split('\n', 1)[0]}` };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
