/** `npm run pack:simulator [-- <folder>]`: makes the tarball of the simulator's own package. */
import { buildPackage } from './build.ts'
import { pack } from './tarball.ts'

pack('wechatpay-simulator', buildPackage)
