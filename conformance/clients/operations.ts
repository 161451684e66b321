/** What every client has to get right, and how the simulator shows whether it did. */
import type { ControlClient } from '#simulator/control-client.ts'
import type { FaultInput } from '#simulator/faults.ts'
import type { Answer, Arguments, Call, Connection, Operation, Setup } from './client.ts'
import { NotOffered } from './client.ts'

export interface Stage {
  readonly connection: Connection
  readonly control: ControlClient
  readonly setup: Setup
  /** A number that nothing else has. */
  readonly number: () => string
}

type Run = (stage: Stage) => Promise<void>

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const TOTAL = 100

export const RUNS: Readonly<Record<Operation, Run>> = {
  async certificates(stage) {
    const { mode, keys } = stage.setup
    if (mode === 'public_key') throw new NotOffered('a merchant with a public key has no certificates')
    const { serials = [] } = await stage.connection.call('certificates', {})
    check(serials.includes(keys.platform.signing_serial_no), 'the certificate that signs is not in its list')
  },
  prepay_native: (stage) => prepay(stage, 'prepay_native'),
  prepay_jsapi: (stage) => prepay(stage, 'prepay_jsapi'),
  prepay_app: (stage) => prepay(stage, 'prepay_app'),
  prepay_h5: (stage) => prepay(stage, 'prepay_h5'),
  pay_params_jsapi: (stage) => parameters(stage, 'pay_params_jsapi'),
  pay_params_app: (stage) => parameters(stage, 'pay_params_app'),
  async query(stage) {
    const paid = await payment(stage)
    const { trade_state } = await stage.connection.call('query', { out_trade_no: paid.out_trade_no })
    check(trade_state === 'SUCCESS', `a paid order is ${trade_state}`)
  },
  async query_id(stage) {
    const { transaction_id, out_trade_no } = await payment(stage)
    const answer = await stage.connection.call('query_id', { transaction_id })
    check(answer.out_trade_no === out_trade_no, `another order: ${answer.out_trade_no}`)
  },
  async query_odd_number(stage) {
    // All that WeChat allows in a number, and what URLs are not agreed about.
    const out_trade_no = await place(stage, `${stage.number()}|*`)
    const answer = await stage.connection.call('query', { out_trade_no })
    check(answer.out_trade_no === out_trade_no, `another order: ${answer.out_trade_no}`)
  },
  async close(stage) {
    const out_trade_no = stage.number()
    await place(stage, out_trade_no)
    await stage.connection.call('close', { out_trade_no })
    const state = (await stage.control.orders()).find(
      (order) => order.out_trade_no === out_trade_no,
    )?.trade_state
    check(state === 'CLOSED', `the order is ${state}`)
  },
  async refund(stage) {
    const { status, refund_id } = await refund(stage)
    check(status === 'PROCESSING' && refund_id !== undefined, `the refund is ${status}`)
  },
  async query_refund(stage) {
    const { out_refund_no } = await refund(stage)
    await stage.control.finishRefund(out_refund_no)
    const { status } = await stage.connection.call('query_refund', { out_refund_no })
    check(status === 'SUCCESS', `the refund is ${status}`)
  },
  refusal: (stage) =>
    refused(stage.connection.call('query', { out_trade_no: stage.number() }), /ORDER_NOT_EXIST|订单不存在/),
  async notify_payment(stage) {
    const { out_trade_no } = await payment(stage)
    for (const sign_with of signers(stage.setup)) {
      const got = await notified(stage, { out_trade_no, sign_with })
      check(
        got.out_trade_no === out_trade_no && got.trade_state === 'SUCCESS',
        `${sign_with}: ${JSON.stringify(got)}`,
      )
    }
  },
  async notify_refund(stage) {
    const { out_refund_no } = await refund(stage)
    await stage.control.finishRefund(out_refund_no)
    for (const sign_with of signers(stage.setup)) {
      const got = await notified(stage, { out_refund_no, sign_with })
      const right = got.out_refund_no === out_refund_no && got.refund_status === 'SUCCESS'
      check(right, `${sign_with}: ${JSON.stringify(got)}`)
    }
  },
  notify_tampered: (stage) => spoiled(stage, { kind: 'tampered_body' }),
  notify_probe: (stage) => spoiled(stage, { kind: 'probe' }),
  notify_stale: (stage) => spoiled(stage, { kind: 'stale_timestamp' }),
  answer_unsigned: (stage) => unbelievable(stage, { kind: 'unsigned' }),
  answer_forged: (stage) => unbelievable(stage, { kind: 'bad_signature' }),
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

/** Whether a call ends in a refusal, and in the right one. */
async function refused(call: Promise<Answer>, says?: RegExp): Promise<void> {
  const outcome = await call.then(
    () => 'it took it',
    (error: unknown) => {
      if (error instanceof NotOffered) throw error
      return says === undefined || says.test(String(error)) ? undefined : `it said ${String(error)}`
    },
  )
  check(outcome === undefined, outcome ?? '')
}

async function prepay({ connection, control, number }: Stage, call: Call): Promise<void> {
  const { code_url, prepay_id, h5_url } = await connection.call(call, {
    out_trade_no: number(),
    openid: OPENID,
    total: TOTAL,
  })
  const ticket = [{ code_url }, { prepay_id }, { h5_url }].find((one) => Object.values(one)[0] !== undefined)
  check(ticket !== undefined, 'it answered no code_url, prepay_id or h5_url')
  await control.open(ticket as Parameters<ControlClient['open']>[0])
}

async function parameters({ connection, control, number }: Stage, call: Call): Promise<void> {
  const given = { out_trade_no: number(), openid: OPENID, total: TOTAL }
  const { parameters: made } = await connection.call(call, given)
  await control.invoke(made ?? {})
}

/** An order that no client placed: what is looked at is what follows. */
async function place({ setup, number }: Stage, out_trade_no = number()): Promise<string> {
  const { appid, mchid, notifyUrl: notify_url } = setup
  const order = {
    appid,
    mchid,
    out_trade_no,
    description: '咖啡 & "茶"',
    notify_url,
    amount: { total: TOTAL },
  }
  const request = { method: 'POST', url: '/v3/pay/transactions/native', body: order }
  const signed = await fetch(`${setup.apiUrl}/_control/merchant/sign`, {
    method: 'POST',
    body: JSON.stringify(request),
  })
  const { url, headers, body } = (await signed.json()) as {
    url: string
    headers: Record<string, string>
    body: string
  }
  const answer = await fetch(url, { method: 'POST', headers, body })
  check(answer.status === 200, `the order could not be placed: ${answer.status}`)
  return out_trade_no
}

async function payment(
  stage: Stage,
): Promise<{ readonly out_trade_no: string; readonly transaction_id: string }> {
  const out_trade_no = await place(stage)
  const { transaction_id = '' } = await stage.control.pay({ out_trade_no })
  return { out_trade_no, transaction_id }
}

async function refund(stage: Stage): Promise<Answer & { readonly out_refund_no: string }> {
  const { out_trade_no } = await payment(stage)
  const out_refund_no = `R${out_trade_no}`
  const given: Arguments = { out_trade_no, out_refund_no, total: TOTAL, refund: 30 }
  return { ...(await stage.connection.call('refund', given)), out_refund_no }
}

type SignWith = 'certificate' | 'public_key'

/** While both are in use WeChat may sign a notification with either. */
function signers({ mode }: Setup): readonly SignWith[] {
  return mode === 'mixed' ? ['certificate', 'public_key'] : [mode]
}

interface Wanted {
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly sign_with?: SignWith | undefined
  readonly faults?: readonly FaultInput[]
}

async function notified({ connection, control }: Stage, { sign_with, ...wanted }: Wanted): Promise<Answer> {
  const built = await control.build({ ...wanted, ...(sign_with === undefined ? {} : { sign_with }) })
  const headers = Object.fromEntries(
    Object.entries(built.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return connection.call('notification', { headers, body: built.body })
}

async function spoiled(stage: Stage, fault: FaultInput): Promise<void> {
  const { out_trade_no } = await payment(stage)
  for (const sign_with of signers(stage.setup)) {
    // A client that takes no notification at all refuses this one for no good reason.
    await notified(stage, { out_trade_no, sign_with })
    await refused(notified(stage, { out_trade_no, sign_with, faults: [fault] }))
  }
}

async function unbelievable(stage: Stage, fault: FaultInput): Promise<void> {
  const { out_trade_no } = await payment(stage)
  await stage.control.addFault({ ...fault, match: { endpoint: 'query', out_trade_no }, count: null })
  try {
    await refused(stage.connection.call('query', { out_trade_no }))
  } finally {
    await stage.control.clearFaults()
  }
}
