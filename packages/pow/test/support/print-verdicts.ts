// A process of its own, for an engine without vectors: prints the verdicts of the default builds.
import { EquihashVerifier, TrueHashDataset, TrueHasher } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { hasSimd } from '../../src/wasm/kernel.ts';
import { DOCUMENT_SHARE, EPOCH0_DIGESTS } from '../fixtures/known-facts.ts';
import { hex } from './vectors.ts';

const verifier = new EquihashVerifier({ n: 200, k: 9, personalization: 'ZcashPoW' });
const verdict = verifier.verify(hex(DOCUMENT_SHARE.header), hex(DOCUMENT_SHARE.solution).subarray(3));
const hasher = new TrueHasher(TrueHashDataset.epoch0());
const digests = EPOCH0_DIGESTS.map(({ headerHash, nonce }) => encodeHex(hasher.hash(hex(headerHash), nonce)));
process.stdout.write(JSON.stringify({ simd: hasSimd(), verdict, digests }));
