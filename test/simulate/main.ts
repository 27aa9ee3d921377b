// `npm run simulate -- --seeds 10000` simulates payouts; without that it prints the table of docs/performance.md about weights.
const isAboutMoney = process.argv.slice(2).some((argument) => argument.startsWith('--seed'));
if (isAboutMoney) await import('../../packages/ledger/test/simulator/main.ts');
else {
  const { print } = await import('../../packages/stratum/test/vardiff-figures.ts');
  print(Number(process.argv[2] ?? 200), 4);
}
