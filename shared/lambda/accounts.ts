/** The accounts of the stage that a function runs in, of each channel: who has them can tell whose orders are asked for, and call nobody. */
import * as alipay from '#shared/lambda/alipay-account.ts'
import * as wechat from '#shared/lambda/wechat-account.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { ChannelEnvironment } from './environment.ts'
import { noChannel, ofStage } from './of-stage.ts'

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
