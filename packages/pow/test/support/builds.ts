import { describe } from 'node:test';
import type { KernelBuild } from '@adit/pow';

export const BUILDS: readonly KernelBuild[] = ['simd', 'plain'];

/** Defines a suite for each build of the kernels. @param options such as `needsVectors` */
export function describeBuilds(
  name: string,
  options: { readonly skip?: string },
  body: (build: KernelBuild) => void,
): void {
  for (const build of BUILDS) describe(`${name} (${build} build)`, options, () => body(build));
}
