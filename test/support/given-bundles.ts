/** The functions of a stage with WeChat Pay alone, bundled once for all tests that only look at them. */
import { join } from 'node:path'
import type { Bundles } from '#infra/bundle.ts'
import type { GivenBundles } from './bundles.ts'
import { given } from './given.ts'

export async function givenBundles(): Promise<Bundles> {
  const { folder, metafile } = (await given('bundles')) as GivenBundles
  return { metafile, directoryOf: (name) => join(folder, name) }
}
