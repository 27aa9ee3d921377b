import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { amountText, coinsText, percentOf } from '../src/format/amount.ts';
import { percentText } from '../src/format/percent.ts';
import { largeText, limitsText, rateText } from '../src/format/rate.ts';
import { agoText, durationText } from '../src/format/time.ts';
import { summaryOf } from '../src/parts/chart/summary.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

describe('rates', () => {
  it('have three digits and a prefix, which is chosen after rounding', () => {
    const texts = [0, 0.5, 12.345, 999.4, 999.95, 1e3, 41_234, 1e6, 1e33].map((value) =>
      plain(rateText(value, 'Sol/s')),
    );
    assert.deepEqual(texts, [
      '0 Sol/s',
      '0.50 Sol/s',
      '12.3 Sol/s',
      '999 Sol/s',
      '1.00 kSol/s',
      '1.00 kSol/s',
      '41.2 kSol/s',
      '1.00 MSol/s',
      '1000 QSol/s',
    ]);
  });

  it('show a dash for what is no figure', () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -1])
      assert.equal(rateText(value, 'H/s'), '–');
    assert.equal(largeText(Number.NaN), '–');
  });

  it('name the prefix of their limits once where it is the same', () => {
    assert.equal(plain(limitsText({ low: 38_000, high: 44_100 }, 'Sol/s')), '38.0 – 44.1 kSol/s');
    assert.equal(plain(limitsText({ low: 900, high: 1_100 }, 'Sol/s')), '900 Sol/s – 1.10 kSol/s');
    assert.equal(limitsText({ low: null, high: 3 }, 'Sol/s'), undefined);
  });
});

describe('amounts', () => {
  it('keep each digit, however many there are', () => {
    assert.equal(amountText('12345678901234567890112345678', 8), '123,456,789,012,345,678,901.12345678');
    assert.equal(amountText('1', 18), '0.000000000000000001');
    assert.equal(amountText('-150000000', 8), '-1.5');
    assert.equal(amountText('0', 8), '0');
    assert.equal(amountText('1234', 0), '1,234');
  });

  it('show a dash where the API gives none, or no number', () => {
    for (const units of [null, undefined, '', '1e3', '1.5']) assert.equal(amountText(units, 8), '–');
  });

  it('stand before the name of their coin, and alone where they are not known', () => {
    const coin = { decimals: 8, symbol: 'ZEC' };
    assert.equal(coinsText('125000000', coin), '1.25 ZEC');
    assert.equal(coinsText(null, coin), '–');
  });

  it('reach a threshold only when they do', () => {
    assert.equal(percentOf('999', '1000'), 99);
    assert.equal(percentOf('1000', '1000'), 100);
    assert.equal(percentOf('-5', '1000'), 0);
    assert.equal(percentOf('0', '0'), 100);
  });
});

describe('times and ratios', () => {
  it('are words in both languages', () => {
    assert.equal(agoText(190, 'en'), '3 min. ago');
    assert.equal(agoText(-5, 'en'), 'now');
    assert.equal(agoText(7_300, 'zh-Hans'), '2小时前');
    assert.equal(durationText(7_500, 'en'), '2 hr 5 min');
    assert.equal(durationText(0, 'en'), '0 sec');
    assert.equal(durationText(null, 'en'), '–');
    assert.equal(percentText(0.1234, 'en', 1), '12.3%');
    assert.equal(percentText(Number.NaN, 'en', 1), '–');
  });
});

describe('the sentence of a chart', () => {
  it('leaves the step out that is not over, and counts gaps', () => {
    assert.deepEqual(summaryOf([null, 1, null, null, 3, 90], true), { mean: 2, low: 1, high: 3, gaps: 1 });
    assert.equal(summaryOf([null, null], false), undefined);
    assert.deepEqual(summaryOf([null, 5], true), { mean: 5, low: 5, high: 5, gaps: 0 });
  });
});
