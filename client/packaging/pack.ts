/** `npm run pack:client [-- <folder>]`: makes the tarball of the client's own package. */
import { pack } from '#simulator/packaging/tarball.ts'
import { buildPackage } from './build.ts'

pack('wechatpay-client', buildPackage)
