/** `wxpay send-test`: a correctly signed notification for a stack on this machine, by its simulator. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { type BuildInput, type ControlClient, createControlClient } from '#simulator/control-client.ts'
import { SIGNED_WITH, TEST_FAULTS } from '#cli/terminal/choices.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readOutTradeNo } from '#cli/terminal/number-argument.ts'
import { readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { fields, show } from '#cli/terminal/output.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { type StackAccess, type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = {
  outTradeNo: v.optional(v.string()),
  amount: wholeNumber(1, 100_000_000),
  signWith: v.optional(v.picklist(SIGNED_WITH)),
  fault: v.optional(v.picklist(TEST_FAULTS)),
}
type TestOptions = v.InferOutput<v.ObjectSchema<typeof Entries, undefined>>

const TIMEOUT_MS = 10_000

export async function sendTest(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  await withStack(world, options, async (opened) => {
    const stack = withWechat(opened)
    const control = controlOf(stack)
    const number =
      options.outTradeNo === undefined ? `TEST-${world.clock.now()}` : readOutTradeNo(options.outTradeNo)
    const { headers, body, id } = await control.build(
      notification(stack, { number, options, now: world.clock.now() }),
    )
    const response = await fetch(stack.notifyUrl, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const result = {
      notification_id: id,
      out_trade_no: number,
      url: stack.notifyUrl,
      status: response.status,
    }
    const { expected, verdict } = verdictOn(response.status, options.fault !== undefined)
    show(world, { json: { ...result, expected }, text: `${fields(result)}\n\n${verdict}` }, options.json)
    if (!expected) throw unexpected(response.status, options.fault !== undefined)
  })
}

function controlOf({ local, name }: StackAccess): ControlClient {
  if (local?.simulatorControlUrl !== undefined) return createControlClient(local.simulatorControlUrl)
  throw new CliError(
    'usage',
    local === undefined
      ? `${name} is a deployed stack: only WeChat holds the key that signs its notifications`
      : 'this local stack runs without the simulator, which would sign',
    'use --stack local; for a deployed stack, wxpay doctor checks the notify URL, and a payment of 1 fen the rest',
  )
}

function notification(
  stack: WechatStack,
  { number, options, now }: { readonly number: string; readonly options: TestOptions; readonly now: number },
): BuildInput {
  const seconds = new Date(now + 8 * 3_600_000).toISOString().slice(0, 19)
  return {
    event_type: 'TRANSACTION.SUCCESS',
    resource: {
      appid: stack.local?.appid ?? '',
      mchid: stack.mchid,
      out_trade_no: number,
      transaction_id: `4200${String(now).padStart(24, '0')}`,
      trade_type: 'NATIVE',
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      success_time: `${seconds}+08:00`,
      payer: { openid: 'wxpay-send-test' },
      amount: { total: options.amount, payer_total: options.amount, currency: 'CNY', payer_currency: 'CNY' },
    },
    ...(options.signWith === undefined ? {} : { sign_with: options.signWith }),
    ...(options.fault === undefined ? {} : { faults: [{ kind: options.fault }] }),
  }
}

interface Verdict {
  readonly expected: boolean
  readonly verdict: string
}

function verdictOn(status: number, faulty: boolean): Verdict {
  const accepted = status === 200 || status === 204
  if (faulty)
    return status === 401
      ? { expected: true, verdict: 'refused, as it should be' }
      : { expected: false, verdict: accepted ? 'accepted, and it is wrong' : 'neither accepted nor refused' }
  return accepted
    ? { expected: true, verdict: 'accepted, as it should be' }
    : { expected: false, verdict: 'not accepted, and there is nothing wrong with it' }
}

function unexpected(status: number, faulty: boolean): CliError {
  if (faulty && (status === 200 || status === 204))
    return new CliError(
      'failed',
      `notify accepted a wrong notification with ${status}`,
      'this must never happen: report it',
    )
  return new CliError(
    'failed',
    `notify answered ${status}`,
    'read the log of the function notify in the directory logs of --state-dir',
  )
}
