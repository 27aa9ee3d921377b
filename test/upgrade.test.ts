import { test } from 'node:test';
import { upgradeAgainAndAgain } from '@adit/test-kit/many-upgrades';

// `npm run upgrades` makes ten of them under 200 miners.
test('upgrades under miners, one after the other: no connection fails, no share is lost, both sides count the same', (context) =>
  upgradeAgainAndAgain(context, { miners: 60, upgrades: 3 }));
