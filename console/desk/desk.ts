/** What the routes of a console beside a stack work with. */
import type { ControlClient } from '#simulator/control-client.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { WechatPayments } from '#client/wechat-payments.ts'

export interface Desk {
  readonly world: World
  readonly stack: StackAccess
  /** The stack's own HTTP API: what an operator changes goes through its rules and audit. */
  readonly api: WechatPayments
  /** Of the simulator beside it. */
  readonly control?: ControlClient | undefined
}

/** One attempt: whoever looks asks again. */
export function apiOf({ api_url: url, region, dynamodb }: StackAccess): WechatPayments {
  return new WechatPayments({ url, region, credentials: dynamodb.config.credentials, retries: 0 })
}
