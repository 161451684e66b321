/** What arrives on the notify routes: any headers, any bytes, any envelope and any content. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFactKey } from '#shared/facts/fact-key.ts'
import { createNotify } from '#functions/notify/notify.ts'
import { encryptResource } from '#shared/crypto/aead.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Headers } from '#shared/received.ts'
import { merchant, payment, platform, refund, setUp } from '#test/support/notifying.ts'
import { NOW } from '#test/support/orders.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'
import { anyBytes, anyJson, fuzz, oddText, spoiled } from './fuzz.ts'

const RESULTS = ['accepted', 'unverified', 'unreadable', 'refused']
const body = Buffer.from(sealNotification({ apiV3Key: merchant.apiV3Key, content: payment }))
const genuine = signedHeaders(platform.certificate, body, { now: NOW })
const { world, deps } = setUp()
const notify = createNotify(deps)

/** Signs bytes as WeChat would, so that what is behind the signature is reached. */
const deliver = (bytes: Uint8Array, kind: 'payment' | 'refund' = 'payment') =>
  notify(
    { kind, headers: signedHeaders(platform.certificate, bytes, { now: NOW }), body: bytes },
    world.logger,
  )

const headerValue = fc.oneof(
  oddText(),
  fc.constantFrom(...Object.values(genuine)),
  fc.array(oddText(), { maxLength: 3 }),
  fc.constant(undefined),
)
const anyHeaders = fc.oneof(
  fc.dictionary(fc.oneof(oddText(), fc.constantFrom(...Object.keys(genuine))), headerValue),
  fc
    .tuple(fc.constantFrom(...Object.keys(genuine)), headerValue)
    .map(([name, value]): Headers => ({ ...genuine, [name]: value })),
)

describe('fuzzed notifications', () => {
  it('verifies no headers but the genuine ones, and never throws', async () => {
    const same = (headers: Headers) =>
      Object.entries(genuine).every(
        ([name, value]) =>
          headers[name] === value || (name === 'wechatpay-signature-type' && headers[name] === undefined),
      )
    await fuzz(
      fc.property(anyHeaders, (headers) => {
        expect(verifySignature(platform.ring, { headers, body, now: NOW }).ok).toBe(same(headers))
      }),
    )
  })

  it('answers any unsigned bytes with "unverified"', async () => {
    await fuzz(
      fc.asyncProperty(anyBytes, async (bytes) => {
        fc.pre(!body.equals(bytes))
        expect(await notify({ kind: 'payment', headers: genuine, body: bytes }, world.logger)).toBe(
          'unverified',
        )
      }),
    )
  })

  it('answers any signed bytes with a documented result', async () => {
    await fuzz(
      fc.asyncProperty(anyBytes, async (bytes) => {
        expect(RESULTS).toContain(await deliver(bytes))
      }),
    )
  })

  it('answers any envelope with a documented result', async () => {
    const envelope = JSON.parse(body.toString()) as object
    await fuzz(
      fc.asyncProperty(spoiled(envelope), async (changed) => {
        const bytes = Buffer.from(JSON.stringify(changed) ?? '')
        const parsed = parseEnvelope(bytes)
        if (parsed.ok) openNotification(parsed.value, [merchant.apiV3Key])
        expect(RESULTS).toContain(await deliver(bytes))
      }),
    )
  })

  it.each([
    ['payment', 'TRANSACTION.SUCCESS', payment],
    ['refund', 'REFUND.SUCCESS', refund],
  ] as const)(
    'takes any content of a %s as a fact of ours, or refuses it',
    async (kind, event_type, content) => {
      await fuzz(
        fc.asyncProperty(fc.oneof(spoiled(content), anyJson), async (changed) => {
          const text = JSON.stringify(changed) ?? ''
          const sealed = sealNotification({ apiV3Key: merchant.apiV3Key, content: text, event_type })
          const before = world.dispatched.length
          const result = await deliver(Buffer.from(sealed), kind)
          expect(RESULTS).toContain(result)
          const facts = world.dispatched.slice(before)
          for (const key of facts)
            expect(parseFactKey(key)).toMatchObject({ ok: true, key: { kind, mchid: deps.mchid } })
          if (result !== 'accepted') expect(facts).toEqual([])
        }),
      )
    },
  )

  it('takes any decrypted bytes', async () => {
    const envelope = JSON.parse(body.toString()) as { resource: object }
    await fuzz(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const sealed = encryptResource(merchant.apiV3Key, bytes, {
          nonce: '0123456789ab',
          associated_data: 'transaction',
        })
        const resource = { ...envelope.resource, ...sealed }
        expect(RESULTS).toContain(await deliver(Buffer.from(JSON.stringify({ ...envelope, resource }))))
      }),
    )
  })
})
