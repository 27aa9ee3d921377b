// Ten upgrades under 200 miners: `npm test` makes fewer.
//   npm run upgrades
import { test } from 'node:test';
import { upgradeAgainAndAgain } from '@adit/test-kit/many-upgrades';

test('ten upgrades under 200 miners: no connection fails, no share is lost, both sides count the same', (context) =>
  upgradeAgainAndAgain(context, { miners: 200, upgrades: 10 }));
