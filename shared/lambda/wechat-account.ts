/** Whose orders those at WeChat Pay are. Apart from what calls it: `no-channel.ts` is in place of both where a stage has no WeChat Pay. */
import type { ChannelEnvironment } from './environment.ts'

export function account({ wechat }: ChannelEnvironment<'WXPAY_MCHID'>): string | undefined {
  return wechat?.WXPAY_MCHID
}
