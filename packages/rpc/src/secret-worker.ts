import { parentPort } from 'node:worker_threads';
import { readSecret, type SecretQuestion } from './read-secret.ts';

// The thread that waits for the disk of one secret.
const port = parentPort;
if (port === null) throw new Error('secrets are read in a worker thread');
port.on('message', (question: SecretQuestion) => port.postMessage(readSecret(question)));
