import { describe, expect, it } from 'vitest'
import { createNotify } from '#functions/notify/notify.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { MCHID } from '#test/support/orders.ts'
import { makeMerchant, makePlatformCertificate, signedHeaders } from '#test/support/wechat-keys.ts'
import { merchant, payment, platform, refunded, setUp, SUCCESS, validity } from '#test/support/notifying.ts'
import type { Sent } from '#test/support/notifying.ts'

const { serial } = platform.certificate
const stranger = makePlatformCertificate(validity)
const NOTICE = `notification#${MCHID}#EV-1`
const known = { notification_id: 'EV-1', event_type: 'TRANSACTION.SUCCESS', serial }

describe('what notify logs and counts', () => {
  it.each<[string, Sent, readonly [level: string, code: string, metric: string, fields: object]]>([
    [
      'a stored payment',
      {},
      [
        'info',
        'NOTIFICATION_STORED',
        'NotificationAccepted',
        { ...known, fact_key: SUCCESS, out_trade_no: 'ORDER-0001', outcome: 'stored' },
      ],
    ],
    [
      'a missing header',
      { headers: { 'wechatpay-nonce': undefined } },
      [
        'warn',
        'NOTIFICATION_UNVERIFIED',
        'NotificationUnverified',
        { reason: 'header_missing', header: 'wechatpay-nonce' },
      ],
    ],
    [
      'a wrong signature',
      { tamper: (body) => body.subarray(1) },
      ['warn', 'NOTIFICATION_UNVERIFIED', 'NotificationUnverified', { reason: 'signature', serial }],
    ],
    [
      'an unknown serial',
      { signer: stranger },
      [
        'warn',
        'NOTIFICATION_UNKNOWN_SERIAL',
        'NotificationUnknownSerial',
        { reason: 'unknown_serial', serial: stranger.serial },
      ],
    ],
    [
      'a probe',
      { headers: { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' } },
      ['info', 'NOTIFICATION_PROBE', 'NotificationProbe', { reason: 'probe', serial }],
    ],
    [
      'an unknown event',
      { event_type: 'PARKING.STATE' },
      [
        'warn',
        'NOTIFICATION_UNEXPECTED',
        'NotificationUnexpected',
        { ...known, event_type: 'PARKING.STATE', fact_key: NOTICE, outcome: 'stored' },
      ],
    ],
    [
      'an unknown event that the stage names',
      { event_type: 'COMPLAINT.CREATE' },
      [
        'info',
        'NOTIFICATION_NOTICED',
        'NotificationNoticed',
        { ...known, event_type: 'COMPLAINT.CREATE', fact_key: NOTICE, outcome: 'stored' },
      ],
    ],
    [
      'a payment in a form that is not supported',
      { content: { sp_mchid: MCHID, sub_mchid: '1900000999', out_trade_no: 'ORDER-0001' } },
      [
        'error',
        'NOTIFICATION_HELD',
        'NotificationHeld',
        { ...known, fact_key: NOTICE, outcome: 'stored', reason: 'partner' },
      ],
    ],
    [
      'what cannot be decrypted',
      { apiV3Key: makeMerchant().apiV3Key },
      ['error', 'NOTIFICATION_UNDECRYPTABLE', 'NotificationUndecryptable', known],
    ],
    [
      'malformed content',
      { content: { ...payment, amount: { total: 'a' } } },
      [
        'error',
        'NOTIFICATION_REFUSED',
        'NotificationRefused',
        { ...known, reason: 'content_malformed', field: 'amount.total' },
      ],
    ],
    [
      'a contradiction',
      { content: { ...payment, trade_state: 'NOTPAY' } },
      ['error', 'NOTIFICATION_REFUSED', 'NotificationRefused', { ...known, reason: 'contradiction' }],
    ],
    [
      'the wrong route',
      { ...refunded, kind: 'payment' },
      [
        'error',
        'NOTIFICATION_REFUSED',
        'NotificationRefused',
        { ...known, event_type: 'REFUND.SUCCESS', reason: 'wrong_route' },
      ],
    ],
    [
      'another merchant',
      { content: { ...payment, mchid: '1900000999' } },
      ['error', 'NOTIFICATION_FOREIGN', 'NotificationForeign', { ...known, reason: 'foreign_merchant' }],
    ],
  ])('%s, completely and once', async (_, sent, [level, code, metric, fields]) => {
    const { world, send } = setUp()
    await send(sent)
    expect(world.logged).toEqual([{ level, code, fields }])
    expect(world.measured).toEqual([[metric, 1]])
  })

  it('a duplicate and a conflict', async () => {
    const { world, send } = setUp()
    await send()
    await send()
    await send({ content: { ...payment, amount: { total: 1, currency: 'CNY' } } })
    expect(world.measured.map(([name]) => name)).toEqual([
      'NotificationAccepted',
      'NotificationDuplicate',
      'NotificationConflict',
    ])
    expect(world.logged.map(({ level, code }) => [level, code])).toEqual([
      ['info', 'NOTIFICATION_STORED'],
      ['info', 'NOTIFICATION_DUPLICATE'],
      ['error', 'NOTIFICATION_CONFLICT'],
    ])
  })

  it('an envelope that is none, by its field', async () => {
    const { world, deps, asked } = setUp()
    const body = Buffer.from('{"id":"EV-1"}')
    const headers = signedHeaders(platform.certificate, body, { now: world.time.now })
    expect(await createNotify(deps)({ kind: 'payment', headers, body }, world.logger)).toBe('refused')
    expect(world.logged).toEqual([
      {
        level: 'error',
        code: 'NOTIFICATION_REFUSED',
        fields: { reason: 'envelope_malformed', field: 'event_type', serial },
      },
    ])
    expect(asked).toMatchObject({ reloads: 0, refreshes: 0 })
  })

  it('asks for no refresh when the serial is known after all and only the signature is wrong', async () => {
    const { asked, reload, send } = setUp(async () => createKeyRing([platform.publicKey.record]))
    reload.ring = platform.ring
    expect(await send({ tamper: (body) => body.subarray(1) })).toBe('unverified')
    expect(asked).toMatchObject({ reloads: 1, refreshes: 0 })
    expect(await send({ apiV3Key: merchant.apiV3Key })).toBe('accepted')
  })

  it('an application of somebody else beside the stored fact, and never of a refund', async () => {
    const { world, send } = setUp()
    await send({ content: { ...payment, appid: 'wxforeign' } })
    await send(refunded)
    expect(world.logged.map(({ fields }) => 'reason' in fields)).toEqual([true, false])
  })
})
