/** `node bundle.ts <folder>`: bundles the functions there, and prints esbuild's account of it. */
import { bundleOperations } from '#infra/bundle.ts'

const [, , folder = ''] = process.argv
process.stdout.write(JSON.stringify(bundleOperations(folder).metafile))
