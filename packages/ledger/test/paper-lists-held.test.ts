import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PaperWallet } from '@adit/ledger';
import type { Witness } from '@adit/money';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { SIM_LIMITS } from './simulator/sim-wallet-facts.ts';
import { OPERATOR, PayoutDesk } from './support/payout-desk.ts';

const HOUR_MS = 3_600_000;

/** A ledger whose wallet is a person, with the folder of its lists. */
async function paperDesk(context: TestContext, folder = temporaryFolder(context)) {
  const paperOf = (witness: Witness) =>
    new PaperWallet(
      { folder, limits: SIM_LIMITS, decimals: 8, own: [] },
      { witness, balance: async () => 1_000_000_000n },
    );
  const made: PaperWallet[] = [];
  const desk = await PayoutDesk.open({
    wallet: (_, witness) => {
      const wallet = paperOf(witness);
      made.push(wallet);
      return wallet;
    },
    // The wallet of the desk and its lists are the same folder.
    modules: { lists: paperOf({} as Witness) },
  });
  const [paper] = made;
  assert.ok(paper);
  return { desk, folder, paper };
}

const holdOf = async (desk: PayoutDesk) => (await desk.commands.status()).control.hold?.reason;

test('books that were made anew beside a list, paid or not, write no second list, until a person takes the first one back', async (context) => {
  const { folder, paper, desk: first } = await paperDesk(context);
  const { position } = await first.until('running');
  // The ids of these desks are the same, so the list gets the name of another batch.
  const old = path.join(folder, `${position.id}.json`);
  writeFileSync(path.join(folder, 'zcash-old.json'), readFileSync(old));
  for (const ending of ['json', 'csv']) rmSync(path.join(folder, `${position.id}.${ending}`));
  const { desk } = await paperDesk(context, folder);
  await desk.settle();
  assert.deepEqual(await desk.commands.list(), []);
  assert.equal(await holdOf(desk), 'paper_unknown_list');
  await desk.commands.resume('all', OPERATOR);
  await desk.settle();
  assert.deepEqual([await desk.commands.list(), await holdOf(desk)], [[], 'paper_unknown_list']);
  await paper.withdraw('zcash-old');
  await desk.commands.resume('all', OPERATOR);
  await desk.until('running');
});

test('a mark without its list, in any case, is a list that the books do not know', async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, 'zcash-old.PAID'), '');
  const { desk } = await paperDesk(context, folder);
  await desk.settle();
  assert.deepEqual([await desk.commands.list(), await holdOf(desk)], [[], 'paper_unknown_list']);
});

test('a foreign list whose withdrawal is gone again holds payouts, without a restart', async (context) => {
  const folder = temporaryFolder(context);
  for (const ending of ['json', 'withdrawn']) writeFileSync(path.join(folder, `zcash-old.${ending}`), '');
  const { desk } = await paperDesk(context, folder);
  await desk.until('running');
  await desk.settle();
  assert.equal(await holdOf(desk), undefined);
  rmSync(path.join(folder, 'zcash-old.withdrawn'));
  await desk.settle();
  assert.equal(await holdOf(desk), 'paper_unknown_list');
});

for (const [what, spoil] of [
  ['gone', (file: string) => rmSync(file)],
  [
    'edited',
    (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('50000000', '60000000')),
  ],
  ['half', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))],
] as const)
  test(`a list that is ${what} proves nothing: the batch is held, and is never given back by waiting`, async (context) => {
    const { desk, folder } = await paperDesk(context);
    const { position } = await desk.until('running');
    spoil(path.join(folder, `${position.id}.json`));
    for (let days = 0; days < 3; days += 1) {
      await desk.settle();
      desk.clock.pass(24 * HOUR_MS);
      desk.mine(1_300);
      desk.restart();
    }
    const [batch, ...others] = await desk.commands.list();
    assert.deepEqual([batch?.position.state, batch?.position.reason], ['held', 'paper_list_lost']);
    assert.deepEqual(others, []);
    await assert.rejects(desk.commands.resolveUnpaid(position.id, OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
    await desk.commands.resume(position.id, OPERATOR);
    await desk.settle();
    assert.equal((await desk.commands.show(position.id)).position.state, 'held');
  });

test('a person takes a lost list back, and the balances are owed again', async (context) => {
  const { desk, folder, paper } = await paperDesk(context);
  const { position } = await desk.until('running');
  rmSync(path.join(folder, `${position.id}.json`));
  await desk.settle();
  await paper.withdraw(position.id);
  await desk.commands.resume(position.id, OPERATOR);
  await desk.settle();
  assert.equal((await desk.commands.show(position.id)).position.state, 'released');
});

test('a person may take days to pay a list, and a restart in between changes nothing', async (context) => {
  const { desk, paper } = await paperDesk(context);
  const { position } = await desk.until('running');
  desk.clock.pass(72 * HOUR_MS);
  desk.restart();
  await desk.settle();
  assert.equal((await desk.commands.show(position.id)).position.state, 'running');
  await paper.withdraw(position.id);
  await desk.service.step();
  assert.equal((await desk.commands.show(position.id)).position.state, 'released');
});
