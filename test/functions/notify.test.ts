import { describe, expect, it } from 'vitest'
import { createNotify } from '#functions/notify/notify.ts'
import { createKeyRing } from '#shared/wechat/key-ring.ts'
import type { KeyRing } from '#shared/wechat/key-ring.ts'
import { APPID, MCHID, NOW } from '#test/support/orders.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  makePlatformPublicKey,
  sealNotification,
  signedHeaders,
} from '#test/support/wechat-keys.ts'
import { aWorld } from '#test/support/world.ts'

const validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2030-01-01') }
const certificate = makePlatformCertificate(validity)
const publicKey = makePlatformPublicKey()
const platform = { certificate, publicKey, ring: createKeyRing([certificate.record, publicKey.record]) }
const merchant = makeMerchant(MCHID)
const SUCCESS = `payment#${MCHID}#ORDER-0001#SUCCESS`
const payment = {
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: '2026-03-01T12:00:05+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' },
}
const refund = {
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  out_refund_no: 'R1',
  refund_id: '50',
  refund_status: 'SUCCESS',
  success_time: '2026-03-02T12:00:05+08:00',
  user_received_account: '招商银行信用卡0403',
  amount: { total: 1000, refund: 300, payer_total: 1000, payer_refund: 300 },
}

interface Sent {
  readonly content?: unknown
  readonly event_type?: string
  readonly original_type?: string
  readonly kind?: 'payment' | 'refund'
  readonly apiV3Key?: typeof merchant.apiV3Key
  readonly signer?: Pick<ReturnType<typeof makePlatformCertificate>, 'serial' | 'privateKey'>
  readonly headers?: Record<string, string | undefined>
  readonly tamper?: (body: Buffer) => Buffer
  readonly now?: number
}

function setUp(ring: () => Promise<KeyRing> = async () => platform.ring) {
  const world = aWorld()
  const asked = { reloads: 0, refreshes: 0 }
  const reload: { ring: KeyRing | undefined } = { ring: undefined }
  const deps = {
    ...world,
    appids: [APPID],
    keyRing: ring,
    reloadKeyRing: async () => ((asked.reloads += 1), reload.ring),
    keyRefresh: { request: async () => void (asked.refreshes += 1) },
    apiV3Keys: async () => [merchant.apiV3Key],
  }
  const notify = createNotify(deps)
  const send = ({
    content = payment,
    event_type = 'TRANSACTION.SUCCESS',
    original_type = 'transaction',
    kind = 'payment',
    apiV3Key = merchant.apiV3Key,
    signer = platform.certificate,
    headers = {},
    tamper = (body) => body,
    now = NOW,
  }: Sent = {}) => {
    const body = Buffer.from(sealNotification({ apiV3Key, content, event_type, original_type, id: 'EV-1' }))
    return notify(
      { kind, headers: { ...signedHeaders(signer, body, { now }), ...headers }, body: tamper(body) },
      world.logger,
    )
  }
  return { world, deps, asked, reload, send }
}
const refunded = {
  content: refund,
  event_type: 'REFUND.SUCCESS',
  original_type: 'refund',
  kind: 'refund',
} as const

describe('notify', () => {
  it('stores the fact, dispatches it, and only then accepts', async () => {
    const { world, send } = setUp()
    expect(await send()).toBe('accepted')
    expect(world.dispatched).toEqual([SUCCESS])
    expect(await world.facts.get(SUCCESS)).toMatchObject({
      pending: true,
      fact: {
        kind: 'payment',
        state: 'SUCCESS',
        source: 'notification',
        received_at: NOW,
        payment: {
          transaction_id: '4200000000000001',
          amount: { total: 1000, payer_total: 1000, currency: 'CNY' },
        },
      },
    })
  })

  it('takes refunds, keeping neither payer nor receiving account', async () => {
    const { world, send } = setUp()
    expect([await send(), await send(refunded)]).toEqual(['accepted', 'accepted'])
    expect(world.dispatched).toEqual([SUCCESS, `refund#${MCHID}#R1#SUCCESS`])
    const kept = JSON.stringify([
      await world.facts.get(SUCCESS),
      await world.facts.get(`refund#${MCHID}#R1#SUCCESS`),
      world.logged,
    ])
    expect(kept).not.toMatch(/oUpF8uMuAJO|招商银行/)
  })

  it('dispatches a duplicate again while it is pending, and not after', async () => {
    const { world, send } = setUp()
    await send()
    expect(await send()).toBe('accepted')
    expect(world.dispatched).toHaveLength(2)
    await world.facts.markSettled(SUCCESS, NOW)
    expect(await send()).toBe('accepted')
    expect(world.dispatched).toHaveLength(2)
  })

  it('verifies with a public key as well', async () => {
    expect(await setUp().send({ signer: platform.publicKey })).toBe('accepted')
  })

  it('promises nothing when the store or the queue fails', async () => {
    const { world, deps } = setUp()
    const body = Buffer.from(
      sealNotification({
        apiV3Key: merchant.apiV3Key,
        content: payment,
        event_type: 'TRANSACTION.SUCCESS',
        original_type: 'transaction',
      }),
    )
    const delivery = {
      kind: 'payment',
      headers: signedHeaders(platform.certificate, body, { now: NOW }),
      body,
    } as const
    await expect(
      createNotify({ ...deps, facts: { put: async () => Promise.reject(new Error('table')) } })(
        delivery,
        world.logger,
      ),
    ).rejects.toThrow('table')
    await expect(
      createNotify({ ...deps, dispatcher: { dispatch: async () => Promise.reject(new Error('queue')) } })(
        delivery,
        world.logger,
      ),
    ).rejects.toThrow('queue')
    expect(await createNotify(deps)(delivery, world.logger)).toBe('accepted')
    expect(world.dispatched).toEqual([SUCCESS])
  })

  it.each<[string, Sent]>([
    ['a tampered body', { tamper: (body) => Buffer.concat([body, Buffer.from('\n')]) }],
    [
      'another signer under a known serial',
      { signer: { ...makePlatformCertificate(validity), serial: platform.certificate.serial } },
    ],
    ['an unknown serial', { signer: makePlatformCertificate(validity) }],
    ['a stale timestamp', { now: NOW - 301_000 }],
    ['a timestamp in the future', { now: NOW + 301_000 }],
    ['a missing header', { headers: { 'wechatpay-nonce': undefined } }],
    [
      'a header sent twice',
      { headers: { 'wechatpay-serial': `${platform.certificate.serial},${platform.certificate.serial}` } },
    ],
    ['an unknown signature type', { headers: { 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' } }],
    ['a probe', { headers: { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' } }],
  ])('refuses %s and writes nothing', async (_, sent) => {
    const { world, send } = setUp()
    expect(await send(sent)).toBe('unverified')
    expect(world.dispatched).toEqual([])
    expect(await world.facts.get(SUCCESS)).toBeUndefined()
  })

  it('accepts up to 300 seconds either way', async () => {
    expect([await setUp().send({ now: NOW - 300_000 }), await setUp().send({ now: NOW + 300_000 })]).toEqual([
      'accepted',
      'accepted',
    ])
  })

  it('counts probes apart from forgeries', async () => {
    const { world, send } = setUp()
    await send({ headers: { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' } })
    await send({ tamper: (body) => body.subarray(1) })
    expect(world.logged.map(({ level, code }) => [level, code])).toEqual([
      ['info', 'NOTIFICATION_PROBE'],
      ['warn', 'NOTIFICATION_UNVERIFIED'],
    ])
  })

  it('reads the stored keys once more for an unknown serial, then asks for a refresh', async () => {
    const fresh = makePlatformCertificate(validity)
    const { asked, reload, send } = setUp()
    expect(await send({ signer: fresh })).toBe('unverified')
    expect(asked).toEqual({ reloads: 1, refreshes: 1 })
    reload.ring = createKeyRing([platform.certificate.record, fresh.record])
    expect(await send({ signer: fresh })).toBe('accepted')
    expect(asked).toEqual({ reloads: 2, refreshes: 1 })
    await send({ tamper: (body) => body.subarray(1) })
    expect(asked).toEqual({ reloads: 2, refreshes: 1 })
  })

  it('asks WeChat to repeat what our keys cannot decrypt', async () => {
    const { world, send } = setUp()
    expect(await send({ apiV3Key: makeMerchant().apiV3Key })).toBe('unreadable')
    expect(world.logged).toMatchObject([{ level: 'error', code: 'NOTIFICATION_UNDECRYPTABLE' }])
    expect(world.dispatched).toEqual([])
  })

  it.each<[string, Sent]>([
    ['another merchant', { content: { ...payment, mchid: '1900000999' } }],
    ["another merchant's refund", { ...refunded, content: { ...refund, mchid: '1900000999' } }],
    ['a payment on the refund route', { kind: 'refund' }],
    ['a refund on the payment route', { ...refunded, kind: 'payment' }],
    ['a state that contradicts the event', { content: { ...payment, trade_state: 'NOTPAY' } }],
    ['a refund state that contradicts the event', { ...refunded, event_type: 'REFUND.CLOSED' }],
    ['an amount that is text', { content: { ...payment, amount: { total: '1000', currency: 'CNY' } } }],
    ['an amount that is a fraction', { content: { ...payment, amount: { total: 10.5, currency: 'CNY' } } }],
    ['content that is not JSON', { content: 'hello' }],
  ])('counts and never applies %s', async (_, sent) => {
    const { world, send } = setUp()
    expect(await send(sent)).toBe('refused')
    expect(world.logged).toMatchObject([{ level: 'error', code: 'NOTIFICATION_REFUSED' }])
    expect(world.dispatched).toEqual([])
  })

  it('ignores event types that it does not know, but counts them', async () => {
    const { world, send } = setUp()
    expect(await send({ event_type: 'PARKING.STATE' })).toBe('ignored')
    expect(world.logged).toMatchObject([{ level: 'warn', code: 'NOTIFICATION_IGNORED' }])
  })

  it('stores what differs from our configuration or order, for settle to hold', async () => {
    const { world, send } = setUp()
    expect(await send({ content: { ...payment, appid: 'wxforeign' } })).toBe('accepted')
    expect(world.logged.map(({ code }) => code)).toEqual([
      'NOTIFICATION_FOREIGN_APPID',
      'NOTIFICATION_ACCEPTED',
    ])
    expect(await send({ content: { ...payment, amount: { total: 1, currency: 'CNY' } } })).toBe('accepted')
    expect(world.dispatched.at(-1)).toContain(`${SUCCESS}#CONFLICT#`)
  })
})
