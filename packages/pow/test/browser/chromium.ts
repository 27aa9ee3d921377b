import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '@adit/primitives';
import type { Browser } from 'playwright-core';

const LAUNCH_MS = 30_000;

const FLAGS = [
  ...['--no-sandbox', '--no-zygote', '--disable-gpu', '--no-first-run', '--no-default-browser-check'],
  // Only the page of the test may use the network.
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-pings'],
];

export interface Chromium {
  /** Starts a browser. @param flags further ones besides the usual ones */
  launch(...flags: string[]): Promise<Browser>;
  /** Closes all browsers and removes the unpacked files. */
  close(): Promise<void>;
}

/**
 * Unpacks the browser of the npm package into a new folder, and starts it once. Each test has its own folder, since a test
 * could start a file that another one is still writing. @returns the reason, if no browser starts
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
