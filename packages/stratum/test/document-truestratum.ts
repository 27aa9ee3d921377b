/**
 * The messages of the TrueStratum document, as it shows them: raw text, one constant per message, in its order. Only
 * the layout (line breaks, indents) is removed, because one message is one line.
 */

export const SUBSCRIBE =
  '{ "id": 1, "method": "mining.subscribe", "params": [ "MinerName/1.0.0", "TrueStratum/1.0.0", "session_id" ] }';
export const SUBSCRIBE_REPLY =
  '{ "id": 1, "result": [ [ "mining.notify", "ae6812eb4cd7735a302a8a9dd95cf71f", "TrueStratum/1.0.0" ], "080c", 4 ], "error": null }';
export const AUTHORIZE = '{"params":["miner1","password"],"id":2,"method":"mining.authorize"}';
export const AUTHORIZE_REPLY = '{"error":null,"id":2,"result":true}';
/** 16 digits; the note below it says 16 bytes. */
export const SET_DIFFICULTY = '{"id":null,"method":"mining.set_difficulty","params":["0545415ab8418cbb"]}';
export const NOTIFY =
  '{ "id": null, "method": "mining.notify", "params": [ "bf0488aa", "abad8f99f3918bf903c6a909d9bbc0fdfa5a2f4b9cb1196175ec825c6610126c", "645cf20198c2f3861e947d4f67e3ab63b7b2e24dcc9095bd9123e7b33371f6cc", true ] }';
export const SUBMIT =
  '{ "id": 244, "method": "mining.submit", "params": [ "username", "bf0488aa", "1060" ] }';
export const ACCEPTED = '{ "id": 244, "result": true, "error": null }';
/** `NULL` is not JSON. */
export const REFUSED = '{ "id": 244, "result": false, "error": [ -1, "Job not found", NULL ] }';
export const SEEDHASH = '{ "id": 5, "method": "mining.seedhash", "params": [ "username", "bf0488aa" ] }';
/** The first four seeds of the example; the document has an ellipsis for the other 10,236. */
export const SEEDS = [
  '323cf20198c2f3861e947d4f67e3ab63',
  'b7b2e24dcc9095bd9123e7b33371f6cc',
  '6510010198c2f3861e947d4f67e3ab63',
  'b7b2e24dcc9095bd9123e7b33371f6cc',
];
export const SEEDS_HASH = '5684210198c2f3861e947d4f67e3ab63b7b2e24dcc9095bd9123e7b3337ab84c';
/** Without its outer braces. */
export const SEEDHASH_REPLY = `"id": 5, "result": [ [ ${SEEDS.map((seed) => `"${seed}"`).join(', ')}, ... ], "${SEEDS_HASH}" ], "error": null`;
