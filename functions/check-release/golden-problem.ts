/** Whether the verification code of this release, on this runtime, still takes what WeChat signs and refuses what it did not sign. */
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import type { GoldenNotification } from './golden-notification.ts'

/** @returns what is wrong, in a sentence; undefined when all is right. */
export function goldenProblem(golden: GoldenNotification): string | undefined {
  const { publicKeyId: serial, publicKeyPem: pem, headers, signedAtMs: now } = golden
  const ring = createKeyRing([{ serial, kind: 'public_key', pem }])
  const body = Buffer.from(golden.body, 'utf8')
  const verified = verifySignature(ring, { headers, body, now })
  if (!verified.ok) return `a notification that is rightly signed is refused: ${verified.reason}`
  const changed = Buffer.from(`${golden.body} `, 'utf8')
  if (verifySignature(ring, { headers, body: changed, now }).ok)
    return 'a notification whose body was changed is taken for rightly signed'
  const envelope = parseEnvelope(body)
  if (!envelope.ok) return `its envelope cannot be read: ${envelope.field}`
  const opened = openNotification(envelope.value, [loadApiV3Key(golden.apiV3Key)])
  if (!opened.ok) return `it cannot be opened: ${opened.reason}`
  const says = opened.content.kind === 'payment' ? opened.content.transaction.out_trade_no : undefined
  return says === golden.outTradeNo ? undefined : 'it is read as something that it does not say'
}
