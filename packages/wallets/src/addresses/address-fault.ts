/** Why nobody can be paid at an address. Programs decide by the cause; the sentence is for the miner. */
export type AddressCause =
  | 'empty'
  | 'blanks'
  | 'too_long'
  | 'unknown_form'
  | 'mixed_case'
  | 'bad_checksum'
  | 'wrong_network'
  | 'sprout'
  | 'unified_revision'
  | 'bad_contents'
  | 'no_receiver';

/** What is wrong with an address. */
export class AddressFault {
  readonly cause: AddressCause;
  /** One sentence that says what is wrong. It does not repeat the address. */
  readonly message: string;

  constructor(cause: AddressCause, message: string) {
    this.cause = cause;
    this.message = message;
  }
}

/** Longest address that is read. Unified addresses of today have at most 213 characters; unknown receivers may make them longer. */
const MOST_CHARACTERS = 1_024;

/** Faults that all networks share. */
export function commonFault(address: string): AddressFault | undefined {
  if (address === '') return new AddressFault('empty', 'the address is empty');
  if (address.length > MOST_CHARACTERS)
    return new AddressFault('too_long', `an address has at most ${MOST_CHARACTERS} characters`);
  if (/\s/u.test(address)) return new AddressFault('blanks', 'there is a blank in the address, or beside it');
  return undefined;
}
