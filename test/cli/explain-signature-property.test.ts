import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TIMESTAMP, certificate, capture, explain } from './signed-capture.ts'

describe('every input', () => {
  it('is explained without an exception, and never explained away', () => {
    const headers = fc.dictionary(
      fc.constantFrom(
        'wechatpay-timestamp',
        'wechatpay-nonce',
        'wechatpay-serial',
        'wechatpay-signature',
        'wechatpay-signature-type',
      ),
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.constant(certificate.record.serial),
        fc.constant(TIMESTAMP),
      ),
    )
    fc.assert(
      fc.property(headers, fc.uint8Array(), (made, body) => {
        const { verified, findings } = explain({
          headers: { ...capture().headers, ...made },
          body: Buffer.from(body),
        })
        expect(verified).toBe(false)
        expect(findings.length).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })
})
