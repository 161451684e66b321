/** Channels whose clients, with their keys, are loaded with the first call: whoever mostly has nothing to ask does not read them. */
import { AppError } from '#shared/errors.ts'
import { lazy } from '#shared/lazy.ts'
import { channelFor, forEachChannel } from '#shared/orders/channels.ts'
import type { Channels } from '#shared/orders/channels.ts'
import { keepsSharesBack } from '#shared/orders/payment-channel.ts'
import type { PaymentChannel, PaymentMethod } from '#shared/orders/payment-channel.ts'
import { accountsOf } from './accounts.ts'
import type { CallEnvironment, CallOptions } from './channel-ports.ts'

/** All that is asked of a channel after its order was made. */
type AskedChannel = Omit<PaymentChannel<PaymentMethod>, 'prepay' | 'refundBody' | 'applyAbnormalRefund'>

export interface LaterPorts {
  readonly mchid: string
  readonly channel: AskedChannel
}

/** As `callPortsOf`; nothing of a channel is read here. */
export function laterChannelsOf(env: CallEnvironment, options: CallOptions): Channels<LaterPorts> {
  const loaded = lazy(async () => {
    const { callPortsOf } = await import('#shared/lambda/asked-channels.ts')
    return callPortsOf(env, options)
  })
  return forEachChannel(accountsOf(env), (mchid) => ({
    mchid,
    channel: later(mchid, async () => channelFor(await loaded(), mchid).channel),
  }))
}

function later(mchid: string, channel: () => Promise<AskedChannel>): AskedChannel {
  return {
    queryOrder: async (...asked) => (await channel()).queryOrder(...asked),
    queryTransaction: async (...asked) => (await channel()).queryTransaction(...asked),
    closeOrder: async (...asked) => (await channel()).closeOrder(...asked),
    createRefund: async (...asked) => (await channel()).createRefund(...asked),
    queryRefund: async (...asked) => (await channel()).queryRefund(...asked),
    ...(keepsSharesBack(mchid) ? sharing(channel) : {}),
  }
}

function sharing(
  channel: () => Promise<AskedChannel>,
): Required<Pick<AskedChannel, 'unfreeze' | 'unsplitAmount'>> {
  return {
    unfreeze: async (...asked) => offered((await channel()).unfreeze)(...asked),
    unsplitAmount: async (...asked) => offered((await channel()).unsplitAmount)(...asked),
  }
}

function offered<Call>(call: Call | undefined): Call {
  if (call === undefined) throw new AppError('operation_not_offered')
  return call
}
