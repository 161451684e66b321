/** WeChat Pay at the other end of a virtual wire: how long it takes and whether it fails is up to the test, and each exchange is kept. */
import { createCallBudget } from '#shared/http/call-budget.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import type { Transport, TransportRequest, TransportResponse } from '#shared/http/transport.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { mostInASecond } from './most-in-a-second.ts'
import { APPID, MCHID } from './orders.ts'
import { makeMerchant, makePlatformKeys, signedHeaders } from './wechat-keys.ts'
import type { World } from './world.ts'

export interface Exchange {
  readonly outTradeNo: string
  readonly from: number
  readonly to: number
  readonly failed: boolean
}

interface VirtualWire {
  readonly latencyMs: number
  /** Whether the exchange of this number (0, 1, …) is answered 500. */
  readonly fails: (index: number) => boolean
}

const merchant = makeMerchant(MCHID)
const platform = makePlatformKeys()
const FAILURE: TransportResponse = { status: 500, headers: {}, body: Buffer.from('{"code":"SYSTEM_ERROR"}') }

/** As long as the world has this `pause`, several containers may call over it, each with a client and a budget of its own. */
export function virtualWire(world: World, { latencyMs, fails }: VirtualWire) {
  const exchanges: Exchange[] = []
  let count = 0
  const transport: Transport = {
    async send(request) {
      const from = world.time.now
      const failed = fails((count += 1) - 1)
      await world.pause(latencyMs)
      exchanges.push({ outTradeNo: numberOf(request), from, to: world.time.now, failed })
      return failed ? FAILURE : notPaid(numberOf(request), world.time.now)
    },
  }
  return {
    exchanges,
    container() {
      const budget = createCallBudget(world)
      const wechat = createWechatPay({
        mchid: MCHID,
        apiUrls: ['https://primary.example', 'https://backup.example'],
        signer: async () => merchant.signer,
        keyRing: async () => platform.ring,
        transport: limitedTransport(transport, budget),
        clock: world.clock,
        logger: world.logger,
        sleep: world.pause,
        repeats: false,
      })
      return { budget, wechat }
    },
    /** The most failures of any second, by when they were made and by when they were answered. */
    mostFailures() {
      const failed = exchanges.filter((exchange) => exchange.failed)
      return Math.max(
        mostInASecond(failed.map(({ from }) => from)),
        mostInASecond(failed.map(({ to }) => to)),
      )
    },
  }
}

function numberOf({ path }: TransportRequest): string {
  return /out-trade-no\/([^?/]+)/.exec(path)?.[1] ?? ''
}

function notPaid(outTradeNo: string, now: number): TransportResponse {
  const body = JSON.stringify({
    appid: APPID,
    mchid: MCHID,
    out_trade_no: outTradeNo,
    trade_state: 'NOTPAY',
    trade_state_desc: 'not paid',
  })
  return { status: 200, headers: signedHeaders(platform.publicKey, body, { now }), body: Buffer.from(body) }
}
