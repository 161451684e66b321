/** `wxpay send-test --provider alipay`: what Alipay says of an order as it is, for a stack on this machine, by its simulator. */
import { createAlipayControl } from '#simulator/alipay/control-client.ts'
import type { AlipayBuildInput, AlipayBuilt } from '#simulator/alipay/control-client.ts'
import { ControlRefusal } from '#simulator/control-call.ts'
import type { AlipayStack } from '#cli/stack/stack-access.ts'
import { ALIPAY_TEST_FAULTS } from '#cli/terminal/choices.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readOutTradeNo } from '#cli/terminal/number-argument.ts'
import { fields, show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'
import { unexpected, verdictOn } from './test-verdict.ts'

interface TestOptions {
  readonly json: boolean
  readonly outTradeNo?: string | undefined
  readonly signWith?: string | undefined
  readonly fault?: string | undefined
}

interface Place {
  readonly stack: AlipayStack
  /** Of the simulator. */
  readonly controlUrl: string
}

const TIMEOUT_MS = 10_000

export async function sendAlipayTest(
  world: World,
  { stack, controlUrl }: Place,
  { outTradeNo, signWith, fault, json }: TestOptions,
): Promise<void> {
  const kind = faultOf(fault)
  if (signWith !== undefined)
    throw new CliError('usage', '--sign-with is of WeChat Pay', 'leave it out: Alipay has one key at a time')
  if (outTradeNo === undefined) throw new CliError('usage', '--out-trade-no is missing', PLACE_ONE)
  const out_trade_no = readOutTradeNo(outTradeNo)
  const built = await build(controlUrl, {
    out_trade_no,
    ...(kind === undefined ? {} : { faults: [{ kind }] }),
  })
  const url = stack.alipay.notifyUrl
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: built.body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const { status } = response
  const result = { notification_id: built.fields['notify_id'], out_trade_no, url, status }
  const { expected, verdict } = verdictOn(status, kind !== undefined)
  const answer = await response.text()
  show(
    world,
    { json: { ...result, answer, expected }, text: `${fields({ ...result, answer })}\n\n${verdict}` },
    json,
  )
  if (!expected) throw unexpected(status, kind !== undefined, 'notify-alipay')
}

const PLACE_ONE =
  'give an order of Alipay that its payer has opened: the examples that npm start prints place one and pay it'

async function build(controlUrl: string, input: AlipayBuildInput): Promise<AlipayBuilt> {
  try {
    return await createAlipayControl(controlUrl).build(input)
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error
    throw new CliError('failed', error.message, PLACE_ONE, {
      cause: error,
    })
  }
}

/** @throws CliError `usage` for one that only WeChat Pay has. */
function faultOf(fault: string | undefined): (typeof ALIPAY_TEST_FAULTS)[number] | undefined {
  const known = ALIPAY_TEST_FAULTS.find((one) => one === fault)
  if (known !== undefined || fault === undefined) return known
  throw new CliError(
    'usage',
    `--fault ${fault} is of WeChat Pay`,
    `give one of ${ALIPAY_TEST_FAULTS.join(', ')}`,
  )
}
