/** 国密 between the product's own client and the simulator: calls, answers, certificates, sealed fields and notifications. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '#shared/clock.ts'
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadPrivateKey, openField, sealField } from '#shared/crypto/keys.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { createWechatClient } from '#shared/wechat/call/client.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { sealingKeys } from '#shared/wechat/trust/sealing-key.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { askEcho } from '#shared/wechat/v3/security-echo.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import type { WechatPayDeps } from '#shared/wechat/v3/wechat-pay-client.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { createMutedLogger } from '#cli/stack/muted-logger.ts'
import { wechatError } from '#test/support/wechat-fixture.ts'
import { APPID, createMerchant, MCHID, prepayBody } from './support/merchant.ts'

let simulator: Simulator
const transport = createHttpTransport()
const problems: string[] = []

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    sm2: true,
    onRequest: ({ problem }) => {
      if (problem !== undefined) problems.push(problem)
    },
  })
})
afterAll(async () => {
  transport.close()
  await simulator.stop()
})

const sm2 = () => simulator.keys().sm2!
const rsaRecords = () =>
  simulator.keys().platform.certificates.map(({ serial_no: serial, certificate_pem: pem }) => ({
    serial,
    kind: 'certificate' as const,
    pem,
  }))
const ring = () =>
  createKeyRing([
    ...rsaRecords(),
    { serial: sm2().platform.serial_no, kind: 'certificate', pem: sm2().platform.certificate_pem },
  ])

function deps(kind: 'rsa' | 'sm2'): WechatPayDeps {
  const [rsa] = simulator.keys().merchant
  const own = kind === 'sm2' ? sm2().merchant : rsa!
  return {
    mchid: MCHID,
    apiUrls: [simulator.url, simulator.backupUrl],
    signer: async () => ({
      mchid: MCHID,
      serialNo: own.serial_no,
      privateKey: loadPrivateKey(own.private_key_pem!),
    }),
    keyRing: async () => ring(),
    apiV3Keys: async () => [loadApiV3Key(simulator.keys().apiv3_key)],
    transport,
    clock: systemClock,
    logger: createMutedLogger(),
  }
}

it('answers each call in the kind that it was signed with, and lists the certificates of both', async () => {
  const [byRsa, bySm2] = [createWechatPay(deps('rsa')), createWechatPay(deps('sm2'))]
  const rsaSerial = simulator.keys().platform.signing_serial_no
  const serials = async (wechat: typeof byRsa) =>
    (await wechat.downloadCertificates()).map(({ serial_no }) => serial_no)
  expect(await serials(byRsa)).toEqual([rsaSerial])
  expect(await serials(bySm2)).toEqual([rsaSerial, sm2().platform.serial_no])
  // Only the ring of the kind that was signed with verifies the answer.
  const client = createWechatClient({ ...deps('sm2'), keyRing: async () => createKeyRing(rsaRecords()) })
  const call = {
    operation: 'bill',
    method: 'GET',
    path: '/v3/certificates?algorithm_type=SM2',
    repeatable: false,
    signal: undefined,
  } as const
  expect(await wechatError(client.call(call))).toMatchObject({ code: 'unverifiable' })
})

it('opens what was sealed for its certificate of SM2, and seals for that of the merchant', async () => {
  const client = createWechatClient(deps('sm2'))
  const [key] = sealingKeys(ring(), 'sm2', Date.now())
  const echo = {
    message: 'm',
    notifyUrl: 'http://127.0.0.1:9/none',
    sealed: sealField(key!.publicKey, '张三'),
    serial: key!.serial,
  }
  const back = await askEcho(client, echo)
  expect(openField(loadPrivateKey(sm2().merchant.private_key_pem), back!)).toBe('张三')
  const foreign = { ...echo, serial: simulator.keys().platform.signing_serial_no }
  expect(await wechatError(askEcho(client, foreign))).toMatchObject({ httpStatus: 400 })
})

it('refuses the schema of one kind with the serial of the other, and says what to compare', async () => {
  const merchant = createMerchant(simulator)
  const sign = { serialNo: sm2().merchant.serial_no }
  const answer = await merchant.post('/v3/pay/transactions/native', prepayBody(), { sign })
  expect([answer.status, answer.json.code]).toEqual([401, 'SIGN_ERROR'])
  const wrong = {
    ...deps('sm2'),
    signer: async () => ({
      mchid: MCHID,
      serialNo: sm2().merchant.serial_no,
      privateKey: loadPrivateKey(sm2().platform.private_key_pem),
    }),
  }
  expect(await wechatError(createWechatPay(wrong).queryRefund('none'))).toMatchObject({ httpStatus: 401 })
  expect(problems.at(-1)).toMatch(/^it was refused under SM2: compare serial_no/)
})

it('signs and seals notifications so, until it is told otherwise', async () => {
  const merchant = createMerchant(simulator)
  const order = prepayBody()
  await merchant.post('/v3/pay/transactions/native', order)
  await simulator.control.pay({ out_trade_no: String(order['out_trade_no']) })
  const key = loadApiV3Key(simulator.keys().apiv3_key)
  for (const [notifies, algorithm] of [
    [true, 'AEAD_SM4_GCM'],
    [false, 'AEAD_AES_256_GCM'],
  ] as const) {
    await simulator.control.useSm2(notifies)
    const { headers, body } = await simulator.control.build({ out_trade_no: String(order['out_trade_no']) })
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    )
    expect(
      verifySignature(ring(), { headers: lower, body: Buffer.from(body), now: Date.now() }),
    ).toMatchObject({ ok: true })
    const envelope = parseEnvelope(Buffer.from(body))
    if (!envelope.ok) throw new Error(envelope.field)
    expect(envelope.value.resource.algorithm).toBe(algorithm)
    expect(openNotification(envelope.value, [key])).toMatchObject({ ok: true, content: { kind: 'payment' } })
  }
})

it('keeps its certificates from run to run', async () => {
  const again = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    state: simulator.state(),
  })
  try {
    expect(again.keys().sm2).toEqual(sm2())
  } finally {
    await again.stop()
  }
})
