/** The channels of the stage that a function runs in, of all that there are: the one place where functions meet each of them. */
import * as alipay from '#shared/lambda/alipay-ports.ts'
import * as wechat from '#shared/lambda/wechat-ports.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type {
  BookPorts,
  CallEnvironment,
  CallOptions,
  CallPorts,
  PlaceEnvironment,
  PlacePorts,
} from './channel-ports.ts'
import { ofStage } from './of-stage.ts'

export function callPortsOf(env: CallEnvironment, options: CallOptions): Channels<CallPorts> {
  return ofStage({ wechat: wechat.callPorts(env, options), alipay: alipay.callPorts(env, options) })
}

export function placePortsOf(env: PlaceEnvironment, options: CallOptions): Channels<PlacePorts> {
  return ofStage({ wechat: wechat.placePorts(env, options), alipay: alipay.placePorts(env, options) })
}

export function bookPortsOf(env: CallEnvironment, options: CallOptions): Channels<BookPorts> {
  return ofStage({ wechat: wechat.bookPorts(env, options), alipay: alipay.bookPorts(env, options) })
}
