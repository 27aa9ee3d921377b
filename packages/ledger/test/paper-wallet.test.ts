import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PaperWallet } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { simTransaction } from './simulator/sim-transaction.ts';
import { OWN, SIM_LIMITS } from './simulator/sim-wallet-facts.ts';
import { PayoutDesk } from './support/payout-desk.ts';

const TXID = 'ab'.repeat(32);

test('a person pays a list: the batch waits for the transaction id, and the chain settles it', async (context) => {
  const folder = temporaryFolder(context);
  let paper: PaperWallet | undefined;
  const desk = await PayoutDesk.open({
    wallet: (world, witness) => {
      paper = new PaperWallet(
        { folder, limits: SIM_LIMITS, decimals: 8, own: [OWN.receiver] },
        { witness, balance: async () => (await world.funds()).total },
      );
      return paper;
    },
  });
  assert.ok(paper);
  const running = await desk.until('running');
  const { id } = running.position;
  assert.equal(
    readFileSync(path.join(folder, `${id}.csv`), 'utf8'),
    'address,coins,units\r\nt-ann,0.50000000,50000000\r\nt-bob,0.30000000,30000000\r\n',
  );
  // A restart finds the list where it was.
  desk.restart();
  await desk.settle();
  assert.equal((await desk.commands.show(id)).position.state, 'running');
  await assert.rejects(paper.paid(id, 'paid it'), { code: 'ADIT_PAYOUT_REFUSED' });
  await assert.rejects(paper.paid('other', TXID), { code: 'ADIT_PAYOUT_REFUSED' });
  await paper.paid(id, TXID);
  await assert.rejects(paper.withdraw(id), { code: 'ADIT_PAYOUT_REFUSED' });
  const outputs = running.items.map(({ payee, amount }) => ({ receiver: payee.receiver, amount }));
  const { height } = desk.chain;
  desk.chain.receive(
    simTransaction({ txid: TXID, tag: null, outputs, fee: 10_000n, expiry: height + 40, builtAt: height }),
  );
  const settled = await desk.until('settled');
  assert.equal(settled.feeReal, 10_000n);
});

test('a list that nobody paid can be withdrawn, and its balances are owed again', async (context) => {
  const folder = temporaryFolder(context);
  const paper = (witness: ConstructorParameters<typeof PaperWallet>[1]['witness']) =>
    new PaperWallet(
      { folder, limits: SIM_LIMITS, decimals: 8, own: [] },
      { witness, balance: async () => 1_000_000_000n },
    );
  const desk = await PayoutDesk.open({ wallet: (_, witness) => paper(witness) });
  const { position } = await desk.until('running');
  await paper(desk.chain.witness()).withdraw(position.id);
  assert.equal((await desk.until('released')).position.id, position.id);
});
