import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadAppSigner, signParameters } from '#shared/alipay/app-signer.ts'
import { fen } from '#shared/money.ts'
import { failureOf } from '#test/alipay/gateway-fixture.ts'
import { APP_ID, startAlipayWorld } from './fixture.ts'
import type { AlipayWorld } from './fixture.ts'

let world: AlipayWorld
beforeAll(async () => {
  world = await startAlipayWorld()
})
beforeEach(async () => {
  await world.show.control.clearFaults()
  await world.show.control.setMode('certificate')
})
afterAll(() => world.stop())

const good = {
  app_id: APP_ID,
  method: 'alipay.trade.query',
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: '2026-06-08 18:34:56',
  version: '1.0',
  biz_content: '{"out_trade_no":"NONE"}',
}

async function call(change: Record<string, string | undefined> = {}, after: Record<string, string> = {}) {
  const { app_private_key_pem: private_key, app_certificate_pem, root_certificate_pem } = world.show.keys()
  const signer = loadAppSigner({
    private_key,
    app_certificate: app_certificate_pem,
    root_certificate: root_certificate_pem,
  })
  const wanted = Object.entries({ ...good, ...signer.certificates, ...change })
  const given = Object.fromEntries(
    wanted.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const signed = { ...signParameters(signer, given), ...after }
  const answer = await fetch(world.show.gatewayUrl, { method: 'POST', body: new URLSearchParams(signed) })
  const { sign, ...content } = (await answer.json()) as { sign?: string } & Record<string, never>
  const [body] = Object.values<{ code: string; sub_code?: string }>(content)
  return [body?.code, body?.sub_code, sign === undefined ? 'unsigned' : 'signed']
}

describe('the gateway', () => {
  it('takes a call whose signature is right', async () => {
    expect(await call()).toEqual(['40004', 'ACQ.TRADE_NOT_EXIST', 'signed'])
  })

  it.each([
    [{ app_id: '2021001161683775' }, '40002', 'isv.invalid-app-id'],
    [{ method: undefined }, '40001', 'isv.missing-method'],
    [{ timestamp: undefined }, '40001', 'isv.missing-timestamp'],
    [{ timestamp: '2026-06-08T18:34:56' }, '40002', 'isv.invalid-timestamp'],
    [{ charset: 'gbk' }, '40002', 'isv.invalid-charset'],
    [{ sign_type: 'RSA' }, '40002', 'isv.invalid-signature-type'],
    [{ version: '2.0' }, '40002', 'isv.invalid-version'],
    [{ format: 'XML' }, '40002', 'isv.invalid-format'],
    [{ biz_content: '{' }, '40002', 'isv.illegal-json'],
    [{ method: 'alipay.trade.dance' }, '40002', 'isv.invalid-method'],
    [{ app_cert_sn: undefined }, '40001', 'isv.missing-app-cert-sn'],
    [{ alipay_root_cert_sn: undefined }, '40001', 'isv.missing-alipay-root-cert-sn'],
    [{ app_cert_sn: 'f' }, '40002', 'isv.invalid-app-cert-sn'],
    [{ alipay_root_cert_sn: 'f' }, '40002', 'isv.invalid-alipay-root-cert-sn'],
  ])('refuses %j unsigned, with %s %s', async (change, code, sub_code) => {
    expect(await call(change)).toEqual([code, sub_code, 'unsigned'])
  })

  it('refuses what was changed after it was signed', async () => {
    expect(await call({}, { biz_content: '{"out_trade_no":"OTHER"}' })).toEqual([
      '40002',
      'isv.invalid-signature',
      'unsigned',
    ])
    const [last] = (await world.show.control.requests()).toReversed()
    expect(last).toMatchObject({ method: good.method, sub_code: 'isv.invalid-signature', code: '40002' })
  })

  it.each([
    ['alipay.trade.precreate', '{"out_trade_no":"A-1","total_amount":"0","subject":"x"}'],
    ['alipay.trade.precreate', '{"out_trade_no":"A-1","total_amount":1,"subject":"x"}'],
    ['alipay.trade.precreate', '{"out_trade_no":"A-1","total_amount":"1.00","subject":"a&b=c"}'],
    ['alipay.trade.precreate', '{"out_trade_no":"A#1","total_amount":"1.00","subject":"x"}'],
    ['alipay.trade.refund', '{"out_trade_no":"A-1","refund_amount":"1.00","total_amount":"1.00"}'],
    ['alipay.trade.fastpay.refund.query', '{"out_trade_no":"A-1"}'],
  ])('%s does not take %s', async (method, biz_content) => {
    expect(await call({ method, biz_content })).toEqual(['40004', 'ACQ.INVALID_PARAMETER', 'signed'])
  })

  it('signs by key or by certificate, and renews its certificate', async () => {
    await world.show.control.setMode('public_key')
    await world.alipay.prepay('precreate', world.body('MODE-1'))
    await world.show.control.setMode('certificate')
    const before = world.show.keys().alipay_certificate_pem
    const { alipay_certificate_pem: after } = await world.show.control.renewCertificate()
    expect(after).not.toBe(before)
    expect(await world.alipay.queryOrder('MODE-1')).toMatchObject({ trade_state: 'NOTPAY' })
  })
})

describe('a fault on command', () => {
  const asking = () => world.make({ repeats: false }).queryOrder('MODE-1')

  it.each([
    [{ kind: 'system_error' }, 'server_error'],
    [{ kind: 'error', sub_code: 'ACQ.INVALID_PARAMETER' }, 'refused'],
    [{ kind: 'error', code: '40005', sub_code: 'isv.app-call-limited' }, 'rate_limited'],
    [{ kind: 'bad_gateway' }, 'server_error'],
    [{ kind: 'reset' }, 'network'],
    [{ kind: 'unsigned' }, 'unverifiable'],
    [{ kind: 'bad_signature' }, 'unverifiable'],
  ] as const)('%j is %s, once', async (fault, code) => {
    await world.show.control.addFault(fault)
    expect(await failureOf(asking())).toMatchObject({ code })
    expect(await asking()).toMatchObject({ trade_state: 'NOTPAY' })
  })

  it('leaves a call without an answer', async () => {
    await world.show.control.addFault({ kind: 'timeout' })
    const over = new AbortController()
    const seen = failureOf(world.alipay.queryOrder('MODE-1', { signal: over.signal }))
    over.abort()
    expect(await seen).toMatchObject({ code: 'timeout' })
    await world.show.control.clearFaults()
  })

  it.each([
    { kind: 'reset', after_effect: true },
    { kind: 'system_error', after_effect: true },
  ] as const)('%j comes after the money moved', async (fault) => {
    const number = `AFTER-${fault.kind}`
    await world.paid(number)
    await world.show.control.addFault({
      ...fault,
      match: { method: 'alipay.trade.refund', out_trade_no: number },
    })
    const payment = { out_trade_no: number, amount: { total: fen(8880), currency: 'CNY' } }
    const body = world.alipay.refundBody(payment, { out_refund_no: 'R1', amount: { refund: fen(1) } }, '')
    expect(await failureOf(world.alipay.createRefund(body))).toMatchObject({ certain: false })
    expect(await world.alipay.queryRefund('R1', { outTradeNo: number })).toMatchObject({ status: 'SUCCESS' })
    expect(await world.alipay.createRefund(body)).toMatchObject({ status: 'SUCCESS', amount: { refund: 1 } })
  })

  it('moves money and does not say so', async () => {
    await world.paid('UNSAID-1')
    await world.show.control.addFault({ kind: 'fund_change_unsaid' })
    const payment = { out_trade_no: 'UNSAID-1', amount: { total: fen(8880), currency: 'CNY' } }
    const body = world.alipay.refundBody(payment, { out_refund_no: 'R1', amount: { refund: fen(1) } }, '')
    expect(await world.alipay.createRefund(body)).toMatchObject({ status: 'SUCCESS', amount: { refund: 1 } })
  })

  it('tells a state that nobody knows, of a trade and of a refund', async () => {
    await world.paid('STRANGE-1')
    const payment = { out_trade_no: 'STRANGE-1', amount: { total: fen(8880), currency: 'CNY' } }
    await world.alipay.createRefund(
      world.alipay.refundBody(payment, { out_refund_no: 'R1', amount: { refund: fen(1) } }, ''),
    )
    await world.show.control.addFault({ kind: 'strange_state', count: 2 })
    expect(await world.alipay.queryOrder('STRANGE-1')).toMatchObject({ trade_state: 'TRADE_REVERSED' })
    const refund = () => world.alipay.queryRefund('R1', { outTradeNo: 'STRANGE-1' })
    expect([(await refund()).status, (await refund()).status]).toEqual(['TRADE_REVERSED', 'SUCCESS'])
  })

  it.each([
    [{ kind: 'dance' }, /no fault "dance"; known: error, system_error/],
    [{ kind: 'slow' }, /delay_ms/],
    [{ kind: 'reset', match: { color: 1 } }, /color/],
  ])('%j is none', async (fault, says) => {
    await expect(world.show.control.addFault(fault as never)).rejects.toThrow(says)
  })

  it('is listed until it is used or cleared', async () => {
    const { id } = await world.show.control.addFault({ kind: 'slow', delay_ms: 0, count: null })
    await asking()
    expect(await world.show.control.faults()).toMatchObject([{ id, remaining: null }])
    await world.show.control.clearFaults(id)
    expect(await world.show.control.faults()).toEqual([])
    await expect(world.show.control.clearFaults(id)).rejects.toThrow(/no_such_fault/)
  })
})
