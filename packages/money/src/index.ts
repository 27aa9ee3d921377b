/**
 * @module @adit/money
 */
export { AditError } from '@adit/primitives';
