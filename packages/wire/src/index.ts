export { type ListenAddress, parseListenAddress, placeOf } from './addresses/address.ts';
export {
  type Access,
  isLoopback,
  type Ownership,
  requireLoopback,
  requireOwnPool,
} from './addresses/own-machine.ts';
export { beginsWithHost, portOf } from './addresses/subscribe-place.ts';
export { afterAwake } from './connection/awake.ts';
export {
  DrivenConnection,
  type DrivenConnectionOptions,
  type Speaker,
} from './connection/driven-connection.ts';
export { listen, stopListening } from './connection/listen.ts';
export { memoryOf } from './connection/memory.ts';
export {
  errorCodeOf,
  errorTextOf,
  type Notice,
  noticeIn,
  paramsOf,
  type Received,
  type Reply,
  type Request,
} from './connection/messages.ts';
export { type Dialled, opened } from './connection/opening.ts';
export { speaksNoTls } from './connection/tls-fault.ts';
export { OTHER_SIDE, type Side } from './side.ts';
export { type JsonPlace, jsonPlaces, type Replacement, replaceParts } from './text/json-places.ts';
export { printable, shown } from './text/printable.ts';
export { LEFT_OUT, type Redacted, Redactor, withPassword } from './text/redactor.ts';
