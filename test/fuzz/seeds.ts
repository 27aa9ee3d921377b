import * as trueDocument from '../../packages/stratum/test/document-truestratum.ts';
import * as zcashDocument from '../../packages/stratum/test/document-zcash.ts';
import { fromText } from './mutate.ts';

/** The conversation fills in `$JOB` and the like when it sends a line: a share must be for a job that was sent. */
export const ZCASH_SHARE =
  '{"id":4,"method":"mining.submit","params":["w.1","$JOB","47b98b5c","$NONCE2","$SOLUTION"]}';
export const TRUE_SHARE = '{"id":244,"method":"mining.submit","params":["w.1","$JOB","$NONCE"]}';

export const LOGIN: readonly string[] = [
  '{"id":1,"method":"mining.subscribe","params":["miner/1.0",null,"127.0.0.1",3333]}',
  '{"id":2,"method":"mining.authorize","params":["w.1","x"]}',
];

/** Lines of miners. */
export const FROM_MINERS: readonly string[] = [
  ...LOGIN,
  zcashDocument.SUBSCRIBE,
  zcashDocument.AUTHORIZE,
  zcashDocument.SUBMIT,
  trueDocument.SUBSCRIBE,
  trueDocument.AUTHORIZE,
  trueDocument.SUBMIT,
  trueDocument.SEEDHASH,
  ZCASH_SHARE,
  ZCASH_SHARE.replace('$NONCE2', '$FULL'),
  ZCASH_SHARE.replace('$JOB', '$OLD'),
  TRUE_SHARE,
  TRUE_SHARE.replace('$JOB', '$OLD'),
  // Submissions in the forms of dialects related to ZIP 301: numbers as text, a nonce in hex, one more field.
  TRUE_SHARE.replace('"$NONCE"', '4194304'),
  TRUE_SHARE.replace('$NONCE', '0x400000ff'),
  '{"id":1,"method":"mining.subscribe","params":["nheqminer/0.5c","$SESSION","127.0.0.1","3333"]}',
  '{"id":"a","method":"mining.subscribe","params":[]}',
  '{"id":2,"method":"mining.authorize","params":["w.2","x,d=64"]}',
  '{"id":3,"method":"mining.authorize","params":["w.3"]}',
  '{"id":5,"method":"mining.seedhash","params":["w.1","$JOB"]}',
  '{"id":6,"method":"mining.extranonce.subscribe","params":[]}',
  `{"id":7,"method":"mining.suggest_target","params":["${'7f'.repeat(32)}"]}`,
  '{"id":7,"method":"mining.suggest_difficulty","params":[64]}',
  '{"id":8,"method":"mining.configure","params":[["x"],{"y":1}]}',
  '{"id":9,"method":"mining.multi_version","params":[1]}',
  '{"id":10,"method":"mining.get_transactions","params":[]}',
  '{"id":"version","error":null,"result":"cpuminer/0.1.0"}',
  '{"method":"mining.submit","params":["w.1","$JOB","47b98b5c","$NONCE2","$SOLUTION"]}',
].map(fromText);

/** Lines of pools. `$REQUEST` is the oldest open request, `$SHARE` the oldest open submission. */
export const FROM_POOLS: readonly string[] = [
  zcashDocument.SUBSCRIBE_REPLY,
  zcashDocument.AUTHORIZE_REPLY,
  zcashDocument.SET_TARGET,
  zcashDocument.NOTIFY,
  zcashDocument.SUBMIT_REPLY,
  trueDocument.SUBSCRIBE_REPLY,
  trueDocument.AUTHORIZE_REPLY,
  trueDocument.SET_DIFFICULTY,
  trueDocument.NOTIFY,
  trueDocument.ACCEPTED,
  trueDocument.REFUSED,
  `{${trueDocument.SEEDHASH_REPLY.replace(', ...', '')}}`,
  `{"id":null,"method":"mining.set_difficulty","params":["${'00ffffff'.padEnd(32, 'f')}"]}`,
  `{"id":null,"method":"mining.set_target","params":["${'f'.repeat(64)}"]}`,
  `{"id":null,"method":"mining.notify","params":["0000002a","04000000","${'11'.repeat(32)}","${'22'.repeat(32)}","${'00'.repeat(32)}","00000065","1f07ffff",true]}`,
  `{"id":null,"method":"mining.notify","params":["0000002a0000","${'ab'.repeat(32)}","${'cd'.repeat(32)}",false]}`,
  '{"id":$SHARE,"result":true,"error":null}',
  '{"id":$SHARE,"result":null,"error":[21,"Job not found",null]}',
  '{"id":"$SHARE","result":false,"error":{"code":-1,"message":"Job not found"}}',
  '{"id":$REQUEST,"result":true,"error":null}',
  '{"id":$REQUEST,"result":null,"error":"no"}',
  '{"id":4,"result":null,"error":[21,"Job not found",null]}',
  '{"id":null,"method":"mining.set_extranonce","params":["0102"]}',
  '{"id":null,"method":"client.reconnect","params":["host",3333,1]}',
  '{"id":null,"method":"client.reconnect","params":[]}',
  '{"id":1,"method":"client.show_message","params":["text"]}',
  '{"id":2,"method":"client.get_version","params":[]}',
  '{"id":3,"method":"mining.unknown","params":[]}',
].map(fromText);
