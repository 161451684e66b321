/** The channels of the stage that a function runs in, of all that there are: the one place where functions meet each of them. */
import { AppError } from '#shared/errors.ts'
import * as alipay from '#shared/lambda/alipay-ports.ts'
import * as wechat from '#shared/lambda/wechat-ports.ts'
import type { Channels } from '#shared/orders/channels.ts'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'
import type {
  BookPorts,
  CallEnvironment,
  CallOptions,
  CallPorts,
  PlaceEnvironment,
  PlacePorts,
} from './channel-ports.ts'
import type { ChannelEnvironment } from './environment.ts'

type AccountEnvironment = ChannelEnvironment<'WXPAY_MCHID'>

/** For operations that call nobody: whose orders they are. */
export function accountsOf(env: AccountEnvironment): Channels<string> {
  return ofStage({ wechat: wechat.account(env), alipay: alipay.account(env) })
}

/** That of the first channel: what a stage has once is kept under it. */
export function stageAccount(env: AccountEnvironment): string {
  const [first] = Object.values(accountsOf(env))
  if (first === undefined) throw noChannel()
  return first
}

export function callPortsOf(env: CallEnvironment, options: CallOptions): Channels<CallPorts> {
  return ofStage({ wechat: wechat.callPorts(env, options), alipay: alipay.callPorts(env, options) })
}

export function placePortsOf(env: PlaceEnvironment, options: CallOptions): Channels<PlacePorts> {
  return ofStage({ wechat: wechat.placePorts(env, options), alipay: alipay.placePorts(env, options) })
}

export function bookPortsOf(env: CallEnvironment, options: CallOptions): Channels<BookPorts> {
  return ofStage({ wechat: wechat.bookPorts(env, options), alipay: alipay.bookPorts(env, options) })
}

/** @throws AppError `config_invalid` for a stage that has none */
function ofStage<Port>(ports: Readonly<Record<Provider, Port | undefined>>): Channels<Port> {
  const channels: { [Name in Provider]?: Port } = {}
  for (const name of PROVIDERS) {
    const port = ports[name]
    if (port !== undefined) channels[name] = port
  }
  if (Object.keys(channels).length === 0) throw noChannel()
  return channels
}

function noChannel(): AppError {
  return new AppError('config_invalid', 'environment: no payment channel')
}
