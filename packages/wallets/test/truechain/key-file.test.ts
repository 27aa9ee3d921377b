import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import { openKey, readKeyFile, sealKey } from '../../src/truechain/key-file.ts';
import { accountOf } from '../../src/truechain/payment.ts';

const KEY = new Uint8Array(32).fill(46);
const COST = { n: 16, r: 8, p: 1 };
/** The scrypt example of "Web3 Secret Storage", version 3. */
const FOREIGN = JSON.stringify({
  address: '008aeeda4d805471df9b2a5b0f38a0c3bcba786b',
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      p: 8,
      r: 1,
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  version: 3,
});

test('a sealed key is opened by its passphrase, and by no other one', async () => {
  const text = await sealKey(KEY, 'a long passphrase', COST);
  assert.ok(!text.includes(encodeHex(KEY)));
  const file = readKeyFile(text);
  assert.deepEqual(file.account, accountOf(KEY));
  assert.deepEqual(await openKey(file, 'a long passphrase'), KEY);
  await assert.rejects(openKey(file, 'another one'), {
    code: 'ADIT_KEY_FILE',
    message: /passphrase is wrong/,
  });
  await assert.rejects(sealKey(KEY, '', COST), { code: 'ADIT_KEY_FILE' });
});

test('a key file that another program wrote is read; parameters that this system cannot use are a fault', async () => {
  const file = readKeyFile(FOREIGN);
  assert.equal(encodeHex(file.account), '008aeeda4d805471df9b2a5b0f38a0c3bcba786b');
  // OpenSSL takes no cost of 2^18 with blocks of this size.
  await assert.rejects(openKey(file, 'testpassword'), { code: 'ADIT_KEY_FILE' });
});

test('a key that is not that of the address in its file is refused', async () => {
  const text = await sealKey(KEY, 'x', COST);
  const other = text.replace(/"address":"[0-9a-f]{4}/, '"address":"0000');
  await assert.rejects(openKey(readKeyFile(other), 'x'), {
    code: 'ADIT_KEY_FILE',
    message: /another address|not that/,
  });
});

test('files of another form, and costs that would use up the memory, are refused without their contents in the message', () => {
  const change = (from: string, to: string) => FOREIGN.replace(from, to);
  for (const text of [
    '',
    'secret words',
    '[]',
    '{}',
    change('"version":3', '"version":1'),
    change('aes-128-ctr', 'aes-128-cbc'),
    change('262144', '1073741824'),
    change('262144', '262143'),
    change('"dklen":32', '"dklen":16'),
    change('d172bf', 'zz72bf'),
    'x'.repeat(20_000),
  ])
    assert.throws(
      () => readKeyFile(text),
      (error: Error & { code?: string }) =>
        error.code === 'ADIT_KEY_FILE' && !/d172|secret/.test(error.message),
    );
});
