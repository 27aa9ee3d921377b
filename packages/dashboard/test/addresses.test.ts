import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandLine, isPlainName, lineNames } from '../src/connect-line.ts';
import { addressOf, type View, viewOf } from '../src/route.ts';

describe('addresses of pages', () => {
  it('name each view, and are read back as the same view', () => {
    const accounts = [
      't1abc',
      'a/b',
      '..',
      '?#%&"<',
      'name.js',
      '矿工',
      ' a+b ',
      '<img src=x onerror=alert(1)>',
    ];
    const views: View[] = [
      { page: 'home', chain: undefined },
      { page: 'help' },
      ...(['home', 'connect', 'blocks', 'payouts'] as const).map((page) => ({ page, chain: 'zec' })),
      ...accounts.map((account) => ({ page: 'miner' as const, chain: 'zec', account })),
    ];
    for (const view of views) {
      const { pathname, search } = new URL(addressOf(view), 'http://127.0.0.1');
      assert.deepEqual(viewOf(pathname, search), view);
    }
  });

  it('that nobody made are missing pages', () => {
    for (const path of ['/c', '/x', '/c/zec/what', '/c/%E0%A4%A', '/c/zec/miner', '/help/more', '/c/a/b/c/d'])
      assert.equal(viewOf(path, '').page, 'missing', path);
  });
});

describe('lines that start a miner', () => {
  it('hold no character that a shell understands, whatever a link names', () => {
    for (const name of ['a;b', '$(x)', '`x`', 'a b', '-x', 'a|b', 'a&b', '%PATH%', "a'b", 'a\nb', ''])
      assert.deepEqual(lineNames(name, name), { account: 'YOUR_ADDRESS', rig: 'rig1' });
    assert.equal(isPlainName('t1Xy_-.rig'), true);
  });

  it('put an IPv6 address in brackets', () => {
    const line = commandLine('-l {host}:{port} -u {account}.{rig}', {
      host: '::1',
      port: 33,
      account: 'a',
      rig: 'b',
    });
    assert.equal(line, '-l [::1]:33 -u a.b');
  });
});
