// Builds the pages of the dashboard into packages/dashboard/dist, where `adit web` finds them.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const dashboard = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'dashboard');
await build({
  root: dashboard,
  configFile: false,
  logLevel: 'warn',
  // The policy of the pages allows neither inline scripts nor `data:` URLs for them.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // `light-dark()` stays as it is: all browsers that have the policy's trusted types have it.
    cssTarget: 'chrome123',
  },
});
