/** `npm run pack:client [-- <folder>]`: makes the tarball of the client's own package. */
import { pack } from '#release/tarball.ts'
import { buildPackage } from './build.ts'

pack(buildPackage)
