/** Error codes of OpenSSL for bytes that are not a TLS record. They depend on its version and on the bytes. */
const NO_RECORD =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE|HTTP_REQUEST)$/;

/** Whether a TLS handshake failed because the port sent plain text. OpenSSL's own message names a line of its code. */
export function speaksNoTls(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_RECORD.test(String(error.code));
}
