/** `npm run pack:simulator [-- <folder>]`: makes the tarball of the simulator's own package. */
import { pack } from '#release/tarball.ts'
import { buildPackage } from './build.ts'

pack(buildPackage)
