/** `wxpay send-test`: a correctly signed notification for a stack on this machine, by its simulator. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { type BuildInput, createControlClient } from '#simulator/control-client.ts'
import { ALIPAY_TEST_FAULTS, SIGNED_WITH, TEST_FAULTS } from '#cli/terminal/choices.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readOutTradeNo } from '#cli/terminal/number-argument.ts'
import { ProviderOption, readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { fields, show } from '#cli/terminal/output.ts'
import { accountOf, withAlipay, withWechat } from '#cli/stack/accounts.ts'
import { type StackAccess, type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { sendAlipayTest } from './send-alipay-test.ts'
import { unexpected, verdictOn } from './test-verdict.ts'

const Entries = {
  ...ProviderOption,
  outTradeNo: v.optional(v.string()),
  amount: wholeNumber(1, 100_000_000),
  signWith: v.optional(v.picklist(SIGNED_WITH)),
  fault: v.optional(v.picklist([...TEST_FAULTS, ...ALIPAY_TEST_FAULTS])),
}
type TestOptions = v.InferOutput<v.ObjectSchema<typeof Entries, undefined>>

const TIMEOUT_MS = 10_000

export async function sendTest(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  await withStack(world, options, async (opened) => {
    if (accountOf(opened, options).provider === 'alipay')
      return sendAlipayTest(world, { stack: withAlipay(opened), controlUrl: controlUrlOf(opened) }, options)
    const stack = withWechat(opened)
    const control = createControlClient(controlUrlOf(stack))
    const fault = faultOf(options)
    const number =
      options.outTradeNo === undefined ? `TEST-${world.clock.now()}` : readOutTradeNo(options.outTradeNo)
    const { headers, body, id } = await control.build(
      notification(stack, { number, options, fault, now: world.clock.now() }),
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
    const { expected, verdict } = verdictOn(response.status, fault !== undefined)
    show(world, { json: { ...result, expected }, text: `${fields(result)}\n\n${verdict}` }, options.json)
    if (!expected) throw unexpected(response.status, fault !== undefined, 'notify')
  })
}

function controlUrlOf({ local, name }: StackAccess): string {
  if (local?.simulatorControlUrl !== undefined) return local.simulatorControlUrl
  throw new CliError(
    'usage',
    local === undefined
      ? `${name} is a deployed stack: only WeChat and Alipay hold the keys that sign their notifications`
      : 'this local stack runs without the simulator, which would sign',
    'use --stack local; for a deployed stack, wxpay doctor checks the notify URL, and a payment of 1 fen the rest',
  )
}

/** @throws CliError `usage` for one that only Alipay has. */
function faultOf({ fault }: TestOptions): (typeof TEST_FAULTS)[number] | undefined {
  const known = TEST_FAULTS.find((one) => one === fault)
  if (known !== undefined || fault === undefined) return known
  throw new CliError('usage', `--fault ${fault} is of Alipay`, `give one of ${TEST_FAULTS.join(', ')}`)
}

interface Test {
  readonly number: string
  readonly options: TestOptions
  readonly fault: (typeof TEST_FAULTS)[number] | undefined
  readonly now: number
}

function notification(stack: WechatStack, { number, options, fault, now }: Test): BuildInput {
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
    ...(fault === undefined ? {} : { faults: [{ kind: fault }] }),
  }
}
