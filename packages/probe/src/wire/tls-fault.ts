/** How OpenSSL calls bytes that are no record of TLS, by version and by what it takes them for. */
const NO_RECORD =
  /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE|HTTP_REQUEST)$/;

/** Whether a handshake failed because plain text came back. The sentence of OpenSSL names a line of its own code. */
export function speaksNoTls(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_RECORD.test(String(error.code));
}
