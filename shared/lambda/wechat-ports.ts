/**
 * WeChat Pay, for a stage that has it. Bundles of other stages hold `no-channel.ts` in place of this file, and so nothing of
 * WeChat at all: infra/bundle.ts. Made once per container; nothing is loaded or connected here.
 */
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { createBills } from '#shared/wechat/v3/bills.ts'
import { createClientParameters } from '#shared/wechat/v3/client-parameters.ts'
import { createWechatChannel, createWechatPlacing } from '#shared/wechat/v3/wechat-pay-client.ts'
import type {
  BookPorts,
  CallEnvironment,
  CallOptions,
  CallPorts,
  PlaceEnvironment,
  PlacePorts,
} from './channel-ports.ts'
import { wechatDeps } from './wechat-keys.ts'
import type { WechatEnvironment } from './wechat-keys.ts'

export function callPorts({ wechat }: CallEnvironment, options: CallOptions): CallPorts | undefined {
  if (wechat === undefined) return undefined
  const { mchid, deps, limits } = partsOf(wechat, options)
  return { mchid, channel: createWechatChannel({ ...deps, ...limits }) }
}

export function placePorts(env: PlaceEnvironment, options: CallOptions): PlacePorts | undefined {
  const { wechat, WXPAY_NOTIFY_BASE_URL: base } = env
  if (wechat === undefined) return undefined
  const { mchid, deps, limits } = partsOf(wechat, options)
  return {
    mchid,
    appids: wechat.WXPAY_APPIDS.split(','),
    notifyUrl: `${base}${NOTIFY_PAYMENT_PATH}`,
    channel: createWechatPlacing({ ...deps, ...limits }),
    payParams: createClientParameters({ ...deps, nonce: randomNonce }),
  }
}

export function bookPorts({ wechat }: CallEnvironment, options: CallOptions): BookPorts | undefined {
  if (wechat === undefined) return undefined
  const { mchid, deps, limits } = partsOf(wechat, options)
  return {
    mchid,
    channel: createWechatChannel({ ...deps, ...limits }),
    bills: createBills({ ...deps, download: createHttpDownload() }),
  }
}

function partsOf(env: WechatEnvironment, { logger, metrics, budget, onlyBackup }: CallOptions) {
  const deps = {
    ...wechatDeps(env, logger),
    ...(metrics === undefined ? {} : { metrics }),
    ...(onlyBackup === undefined ? {} : { onlyBackup }),
  }
  const limits =
    budget === undefined
      ? {}
      : { transport: limitedTransport(createHttpTransport(), budget()), repeats: false }
  return { mchid: env.WXPAY_MCHID, deps, limits }
}
