import { describe, expect, it } from 'vitest'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { createNotify } from '#functions/notify/notify.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  sealNotification,
  signedHeaders,
} from '#test/support/wechat-keys.ts'
import { SUCCESS, merchant, payment, platform, refunded, setUp, validity } from '#test/support/notifying.ts'
import type { Sent } from '#test/support/notifying.ts'

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

  it('sends the request that brought the fact along with its key', async () => {
    const { deps } = setUp()
    const dispatched: unknown[] = []
    const dispatcher = { dispatch: async (...sent: unknown[]) => void dispatched.push(sent) }
    const body = Buffer.from(
      sealNotification({
        apiV3Key: merchant.apiV3Key,
        content: payment,
        event_type: 'TRANSACTION.SUCCESS',
        original_type: 'transaction',
        id: 'EV-1',
      }),
    )
    const headers = signedHeaders(platform.certificate, body, { now: NOW })
    const delivery = { kind: 'payment', headers, body, correlationId: 'request-7' } as const
    await createNotify({ ...deps, dispatcher })(delivery, deps.logger)
    expect(dispatched).toEqual([[SUCCESS, 'request-7']])
  })

  it('takes refunds, keeping neither payer nor receiving account', async () => {
    const { world, send } = setUp()
    expect([await send(), await send(refunded)]).toEqual(['accepted', 'accepted'])
    expect(world.dispatched).toEqual([SUCCESS, refundFactKey(MCHID, 'R1', 'SUCCESS')])
    const kept = JSON.stringify([
      await world.facts.get(SUCCESS),
      await world.facts.get(refundFactKey(MCHID, 'R1', 'SUCCESS')),
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

  it('takes text for its bytes, where half a character is U+FFFD', async () => {
    const { deps, world } = setUp()
    const sealed = sealNotification({ apiV3Key: merchant.apiV3Key, content: payment })
    const body = sealed.replace('支付成功', '\ud800')
    const headers = signedHeaders(platform.certificate, Buffer.from(body.toWellFormed()), { now: NOW })
    expect(await createNotify(deps)({ kind: 'payment', headers, body }, deps.logger)).toBe('accepted')
    expect(world.dispatched).toEqual([SUCCESS])
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

  it('tells a clock that is off by more than a minute', async () => {
    const { world, send } = setUp()
    await send({ now: NOW - 61_000 })
    await send({ now: NOW + 60_000 })
    expect(world.measured.filter(([name]) => name === 'ClockSkewSeconds')).toEqual([['ClockSkewSeconds', 61]])
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
    expect(asked).toMatchObject({ reloads: 1, refreshes: 1 })
    reload.ring = createKeyRing([platform.certificate.record, fresh.record])
    expect(await send({ signer: fresh })).toBe('accepted')
    expect(asked).toMatchObject({ reloads: 2, refreshes: 1 })
    await send({ tamper: (body) => body.subarray(1) })
    expect(asked).toMatchObject({ reloads: 2, refreshes: 1 })
  })

  it('reads the APIv3 keys once more for what they do not decrypt: the operator may just have changed them', async () => {
    const { apiV3Key } = makeMerchant()
    const { asked, reload, send } = setUp()
    expect([await send(), await send({ event_type: 'PARKING.STATE' }), asked.apiV3Reloads]).toEqual([
      'accepted',
      'accepted',
      0,
    ])
    reload.apiV3Keys = [apiV3Key, merchant.apiV3Key]
    expect([await send({ apiV3Key }), asked.apiV3Reloads]).toEqual(['accepted', 1])
  })

  it('asks WeChat to repeat what our keys cannot decrypt', async () => {
    const { world, send } = setUp()
    expect(await send({ apiV3Key: makeMerchant().apiV3Key })).toBe('unreadable')
    expect(world.logged).toMatchObject([{ level: 'error', code: 'NOTIFICATION_UNDECRYPTABLE' }])
    expect(world.dispatched).toEqual([])
  })
})
