/** `npm run pack:cli [-- <folder>]`: makes the tarball of the command line's own package. */
import { pack } from '#release/tarball.ts'
import { buildPackage } from './build.ts'

pack(buildPackage)
