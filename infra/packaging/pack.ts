/** `npm run pack:construct [-- <folder>]`: makes the tarball of the construct's own package. */
import { pack } from '#release/tarball.ts'
import { buildPackage } from './build.ts'

pack(buildPackage)
