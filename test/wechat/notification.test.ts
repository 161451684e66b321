import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { vector } from '#test/support/vectors.ts'
import { sealNotification } from '#test/support/wechat-keys.ts'
import type { NotificationOptions } from '#test/support/wechat-keys.ts'

const apiV3Key = loadApiV3Key('0123456789abcdef0123456789abcdef')
const previous = loadApiV3Key('fedcba9876543210fedcba9876543210')
const transaction = vector('resource-sample-transaction')['plaintext']
const refund = vector('resource-sample-refund')['plaintext']

function envelope(options: Partial<NotificationOptions> = {}) {
  const parsed = parseEnvelope(Buffer.from(sealNotification({ apiV3Key, content: transaction, ...options })))
  if (!parsed.ok) throw new Error(`envelope: ${parsed.field}`)
  return parsed.value
}

function open(options: Partial<NotificationOptions> = {}) {
  return openNotification(envelope(options), [apiV3Key])
}

function changed(change: (envelope: Record<string, unknown>) => unknown) {
  const sealed = JSON.parse(sealNotification({ apiV3Key, content: transaction })) as Record<string, unknown>
  return parseEnvelope(Buffer.from(JSON.stringify(change(sealed))))
}

describe('parseEnvelope', () => {
  it('reads what WeChat sends, and may meet fields it does not know', () => {
    expect(changed((sealed) => ({ ...sealed, extra: [1] }))).toMatchObject({
      ok: true,
      value: {
        id: 'EV-2018022511223320873',
        event_type: 'TRANSACTION.SUCCESS',
        resource: { nonce: 'fdasfjihihih' },
      },
    })
  })

  it.each([
    ['event_type', null],
    ['event_type', ''],
    ['event_type', 'TRANSACTION SUCCESS'],
    ['event_type', 42],
    ['resource', null],
    ['resource', []],
  ])('refuses %s of %j', (field, value) => {
    expect(changed((sealed) => ({ ...sealed, [field]: value }))).toMatchObject({
      ok: false,
      field: expect.stringMatching(`^${field}`),
    })
  })

  it.each([
    ['algorithm', undefined],
    ['ciphertext', 'A'.repeat(1_048_577)],
    ['ciphertext', null],
    ['nonce', 'x'.repeat(17)],
    ['ciphertext', ''],
    ['algorithm', null],
    ['nonce', null],
    ['associated_data', 5],
  ])('refuses resource.%s that is wrong', (field, value) => {
    const parsed = changed((sealed) => ({
      ...sealed,
      resource: { ...(sealed['resource'] as object), [field]: value },
    }))
    expect(parsed).toEqual({ ok: false, field: `resource.${field}` })
  })

  it('accepts that associated_data and original_type are absent', () => {
    const parsed = changed((sealed) => ({
      ...sealed,
      resource: { algorithm: 'A', ciphertext: 'A', nonce: 'A' },
    }))
    expect(parsed.ok).toBe(true)
  })

  it('refuses what is not UTF-8 JSON of an object, and reads on afterwards', () => {
    for (const bytes of [
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.from('\u{feff}{}'),
      Buffer.from('<xml/>'),
      Buffer.alloc(0),
    ]) {
      expect(parseEnvelope(bytes)).toEqual({ ok: false, field: 'document' })
    }
    expect(parseEnvelope(Buffer.from('null')).ok).toBe(false)
    expect(parseEnvelope(Buffer.from('['.repeat(50_000))).ok).toBe(false)
    expect(changed((sealed) => sealed).ok).toBe(true)
  })

  it('refuses a byte that is not UTF-8 where text would do', () => {
    const sealed = Buffer.from(sealNotification({ apiV3Key, content: transaction, id: 'EV-X' }))
    expect(parseEnvelope(sealed).ok).toBe(true)
    const summary = sealed.indexOf('支付成功')
    sealed[summary] = 0xff
    expect(parseEnvelope(sealed)).toEqual({ ok: false, field: 'document' })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseEnvelope(bytes).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseEnvelope(Buffer.from(json)).ok).toBe(false)
      }),
    )
  })
})

describe('openNotification', () => {
  it('opens a payment', () => {
    expect(open()).toMatchObject({
      ok: true,
      content: { kind: 'payment', transaction: { mchid: '1230000109', amount: { total: 100 } } },
    })
  })

  it.each(['SUCCESS', 'ABNORMAL', 'CLOSED'])('opens a refund in state %s', (state) => {
    const content = { ...(refund as object), refund_status: state }
    expect(open({ content, event_type: `REFUND.${state}` })).toMatchObject({
      ok: true,
      content: {
        kind: 'refund',
        mchid: '1900000100',
        refund: { status: state, out_refund_no: '7752501201407033233368018' },
      },
    })
  })

  it('opens with the previous key after a rotation', () => {
    expect(openNotification(envelope({ apiV3Key: previous }), [apiV3Key, previous]).ok).toBe(true)
    expect(openNotification(envelope({ apiV3Key: previous }), [apiV3Key])).toEqual({
      ok: false,
      reason: 'undecryptable',
    })
  })

  it('opens an event that it does not know, and checks nothing of it', () => {
    for (const event_type of ['TRANSACTION.FAIL', 'REFUND.PROCESSING', 'CONSTRUCTOR']) {
      const opened = open({ event_type, content: 'any text', original_type: 'refund' })
      expect(opened).toEqual({ ok: true, content: { kind: 'other', plain: Buffer.from('any text') } })
    }
    const unknown = envelope({ event_type: 'PARKING.STATE', apiV3Key: previous })
    expect(openNotification(unknown, [apiV3Key])).toEqual({ ok: false, reason: 'undecryptable' })
  })

  it('refuses another algorithm', () => {
    const known = envelope()
    const other = { ...known, resource: { ...known.resource, algorithm: 'AEAD_SM4_GCM' } }
    expect(openNotification(other, [apiV3Key])).toEqual({ ok: false, reason: 'undecryptable' })
  })

  it('refuses a content that contradicts its envelope', () => {
    const contradiction = { ok: false, reason: 'contradiction' }
    expect(open({ original_type: 'refund' })).toEqual(contradiction)
    expect(open({ content: refund, event_type: 'REFUND.SUCCESS', original_type: 'transaction' })).toEqual(
      contradiction,
    )
    expect(open({ content: refund, event_type: 'REFUND.CLOSED' })).toEqual(contradiction)
    for (const trade_state of ['NOTPAY', 'REFUND', 'CLOSED']) {
      expect(open({ content: { ...(transaction as object), trade_state } })).toEqual(contradiction)
    }
  })

  it('names the field of a malformed content, and never its value', () => {
    const malformed = (field: string) => ({ ok: false, reason: 'content_malformed', field })
    const amount = { total: '1', currency: 'CNY' }
    expect(open({ content: { ...(transaction as object), amount } })).toEqual(malformed('amount.total'))
    expect(open({ content: { ...(refund as object), refund_id: 7 }, event_type: 'REFUND.SUCCESS' })).toEqual(
      malformed('refund_id'),
    )
    expect(open({ content: 'not json' })).toEqual(malformed('document'))
    expect(open({ content: 'not json', event_type: 'REFUND.SUCCESS' })).toEqual(malformed('document'))
    expect(open({ content: refund })).toMatchObject({ reason: 'content_malformed' })
    expect(open({ content: transaction, event_type: 'REFUND.SUCCESS' })).toMatchObject({
      reason: 'content_malformed',
    })
  })
})
