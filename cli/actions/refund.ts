/** `wxpay refund show|retry|to-merchant` */
import { PEER_NAMES, PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import type { Command } from 'commander'
import * as v from 'valibot'
import { type Account, accountOf, elsewhere } from '#cli/stack/accounts.ts'
import { callApi } from '#cli/stack/api-client.ts'
import { stackOrders } from '#cli/stack/stack-orders.ts'
import { providerOf } from '#shared/facts/account.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { refundView } from '#shared/api/order-view.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOutRefundNo } from '#cli/terminal/number-argument.ts'
import { ProviderOption, readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { fields, show, timeText } from '#cli/terminal/output.ts'
import { retryRefund } from '#cli/stack/refund-retry.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

export async function showRefund(world: World, command: Command): Promise<void> {
  const options = readOptions(command, { ...ProviderOption, refresh: v.optional(v.boolean(), false) })
  const outRefundNo = numberIn(command)
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    if (options.refresh) {
      const told = await callApi(stack, (api) =>
        api.queryRefund(outRefundNo, { refresh: true, ...account.said }),
      )
      if (options.json) return show(world, { json: told, text: '' }, true)
    }
    tell(world, await storedRefund(stack, outRefundNo, account), options.json)
  })
}

export async function retry(world: World, command: Command): Promise<void> {
  const options = readOptions(command, { ...ProviderOption, wait: wholeNumber(0, 3600) })
  const outRefundNo = numberIn(command)
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    const { order, refund: found } = await storedRefund(stack, outRefundNo, account)
    await confirm(
      world,
      `ask ${PROVIDER_NAMES[account.provider]} about the refund ${outRefundNo} (${found.amount} fen of the order ${order.out_trade_no}) and send it again, unchanged, if it is not known there`,
      options,
    )
    await retryRefund(world, { stack, order, refund: found, waitSeconds: options.wait })
    tell(world, await storedRefund(stack, outRefundNo, account), options.json)
  })
}

/** To the merchant's own card alone: what the card of a payer has is nothing for a command line. */
export async function payToMerchant(world: World, command: Command): Promise<void> {
  const { by, note, ...options } = readOptions(command, {
    ...ProviderOption,
    by: v.string(),
    note: v.string(),
  })
  const outRefundNo = numberIn(command)
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    await confirm(world, `have the refund ${outRefundNo} paid to the merchant's own bank card`, options)
    await callApi(stack, (api) =>
      api.payAbnormalRefund(outRefundNo, { type: 'MERCHANT_BANK_CARD', by, note }, account.said),
    )
    tell(world, await storedRefund(stack, outRefundNo, account), options.json)
  })
}

function numberIn({ args: [number = ''] }: Command): string {
  return readOutRefundNo(number)
}

interface Found {
  readonly order: Order
  readonly refund: Refund
}

async function storedRefund(stack: StackAccess, outRefundNo: string, account: Account): Promise<Found> {
  const { mchid } = account
  const orders = stackOrders(stack)
  const key = await orders.findByRefundNumber(mchid, outRefundNo)
  const order = key === undefined ? undefined : await orders.get(key)
  const refund = order === undefined ? undefined : refundOf(order, outRefundNo)
  if (order !== undefined && refund !== undefined) return { order, refund }
  throw new CliError(
    'failed',
    `the merchant ${mchid} has no refund ${outRefundNo} in the stack ${stack.name}`,
    (await elsewhere(stack, account, async (other) => {
      return (await orders.findByRefundNumber(other.mchid, outRefundNo)) !== undefined
    })) ??
      'check the number, --stack and --provider; a refund made in the merchant platform is learned with --refresh',
  )
}

function tell(world: World, { order, refund }: Found, asJson: boolean): void {
  const { failure_code, refund_id, refund_channel, success_time } = refund
  const text = fields({
    out_refund_no: refund.out_refund_no,
    status: refund.status,
    meaning: refund.approval?.state === 'waiting' ? WAITS : meaningOf(order, refund),
    amount: `${refund.amount} fen of ${order.amount.total}`,
    out_trade_no: order.out_trade_no,
    refund_id,
    channel: refund_channel,
    success_time,
    failure_code,
    created: timeText(refund.created_at),
    updated: timeText(refund.updated_at),
    next_check: order.next_check_at === undefined ? undefined : timeText(order.next_check_at),
  })
  show(world, { json: refundView(order, refund), text }, asJson)
}

const WAITS = 'reserved; waits for approval, and nothing was sent (wxpay order show has its hold)'

function meaningOf({ mchid }: Order, { status }: Refund): string {
  return MEANINGS[status].replace('{peer}', PEER_NAMES[providerOf(mchid)])
}

const MEANINGS: Readonly<Record<Refund['status'], string>> = {
  REQUESTED: 'reserved; whether {peer} got the request is not known yet',
  UNKNOWN: '{peer} gave no answer that can be trusted; the sweep asks until it knows',
  PROCESSING: '{peer} took it; the money is on its way',
  SUCCESS: 'the payer has the money',
  CLOSED: '{peer} closed it; the amount can be refunded again',
  FAILED:
    '{peer} refused it; after NOT_ENOUGH repeat the same request, else refund the amount under a new number',
  ABNORMAL: "the payer's account cannot take the money: a person has to act in the merchant platform",
}
