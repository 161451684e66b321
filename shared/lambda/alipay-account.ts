/** Whose orders those at Alipay are. Apart from what calls it: `no-channel.ts` is in place of both where a stage has no Alipay. */
import { readAlipaySettings } from '#shared/alipay/environment.ts'
import type { ChannelEnvironment } from './environment.ts'

export function account({ told }: ChannelEnvironment): string | undefined {
  return readAlipaySettings(told)?.account
}
