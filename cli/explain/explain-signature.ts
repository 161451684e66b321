/** Says precisely why a signature of WeChat does not verify: which header, the key, the clock, or what happened to the body. */
import { createHash } from 'node:crypto'
import { kindOf } from '#shared/crypto/keys.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { PlatformKey, PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { answerMessage, verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Headers } from '#shared/received.ts'
import { bodyVariants } from '#shared/wechat/explain/body-variants.ts'
import { explainBase64 } from './explain-base64.ts'
import { explainHeaders, headerText } from './explain-headers.ts'
import type { Finding } from './finding.ts'
import { recoverDigest } from '#shared/wechat/explain/recover-digest.ts'

export interface SignedCapture {
  /** By lower-case name. */
  readonly headers: Headers
  readonly body: Buffer
}

export interface KnownKeys {
  /** WeChat's keys. */
  readonly platform: readonly PlatformKeyRecord[]
  /** The merchant's own certificate: verifying with it is the commonest mistake of all. */
  readonly merchant?: PlatformKeyRecord | undefined
}

export interface Explanation {
  /** What a receiver would have decided at that moment. */
  readonly verified: boolean
  /** What is wrong; with a verified signature, nothing. */
  readonly findings: readonly Finding[]
}

/** Explains a captured answer or notification. @param now when it was received, epoch ms. */
export function explainSignature(capture: SignedCapture, keys: KnownKeys, now: number): Explanation {
  const ring = createKeyRing(keys.platform)
  const { ok } = verifySignature(ring, { ...capture, now })
  if (ok) return { verified: true, findings: [] }
  const findings = [...explainHeaders(capture.headers, { platform: ring.keys, merchant: keys.merchant, now })]
  const signature = headerText(capture.headers, 'wechatpay-signature')
  if (signature !== undefined) findings.push(...explainValue(capture, { signature, ring: ring.keys, keys }))
  return { verified: false, findings }
}

interface Suspects {
  readonly signature: string
  readonly ring: readonly PlatformKey[]
  readonly keys: KnownKeys
}

function explainValue(capture: SignedCapture, { signature, ring, keys }: Suspects): readonly Finding[] {
  const { findings, bytes } = explainBase64(signature)
  if (bytes === undefined) return findings
  const merchant = keys.merchant === undefined ? [] : createKeyRing([keys.merchant]).keys
  for (const key of [...ring, ...merchant]) {
    const { publicKey } = key
    // A signature of SM2 does not tell what it was made over.
    if (publicKey.asymmetricKeyType === 'sm2') continue
    const size = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    const recovered = recoverDigest(publicKey, bytes.subarray(0, size))
    if (recovered === undefined) continue
    return [
      ...findings,
      ...explainLength(bytes, size),
      ...explainMaker(capture, { key, isMerchant: merchant.includes(key) }),
      ...(recovered.algorithm === 'sha256'
        ? explainMessage(capture, recovered.digest)
        : [hashFinding(recovered.algorithm)]),
    ]
  }
  const named = ring.find(({ serial }) => serial === headerText(capture.headers, 'wechatpay-serial'))
  if (named !== undefined && kindOf(named.publicKey) === 'sm2') return [...findings, SM2_FINDING]
  return [
    ...findings,
    {
      element: 'key',
      problem: `no key that is known here made this signature (${[...ring, ...merchant].map(({ serial }) => serial).join(', ') || 'none is known'})`,
      remedy:
        "if the serial is WeChat's, its key is missing here: wxpay keys rotate for certificates, wxpay setup for the public key; else somebody other than WeChat sent this",
    },
  ]
}

const SM2_FINDING: Finding = {
  element: 'signature',
  problem:
    'it does not verify under SM2, which does not tell why: another key, another message, or no strict DER in base64',
  remedy:
    'compare timestamp, nonce and body byte for byte with what came; RSA would tell which of them differs',
}

function explainLength(bytes: Buffer, size: number): readonly Finding[] {
  if (bytes.length === size) return []
  return [
    {
      element: 'signature',
      problem: `there are ${bytes.length - size} trailing bytes behind the ${size} bytes of the signature`,
      remedy: 'pass the header on exactly as it came',
    },
  ]
}

function explainMaker(
  { headers }: SignedCapture,
  { key, isMerchant }: { readonly key: PlatformKey; readonly isMerchant: boolean },
): readonly Finding[] {
  if (isMerchant) {
    return [
      {
        element: 'key',
        problem: "it was signed with the merchant's own key, not by WeChat",
        remedy:
          "what is verified must come from WeChat: do not sign test notifications with the merchant's key (wxpay send-test signs them correctly)",
      },
    ]
  }
  const serial = headerText(headers, 'wechatpay-serial')
  if (serial === undefined || serial === key.serial) return []
  return [
    {
      element: 'serial',
      problem: `it was signed with the key ${key.serial}, but the header Wechatpay-Serial says ${serial}`,
      remedy: 'pass the headers on as they came; keys are looked up by that header',
    },
  ]
}

/** Compares what was signed with what is here, and with what is usually made of it on the way. */
function explainMessage({ headers, body }: SignedCapture, digest: string): readonly Finding[] {
  const timestamp = headerText(headers, 'wechatpay-timestamp') ?? ''
  const nonce = headerText(headers, 'wechatpay-nonce') ?? ''
  const fits = (message: Uint8Array) => createHash('sha256').update(message).digest('hex') === digest
  if (fits(answerMessage(timestamp, nonce, body))) return []
  const changed = bodyVariants(body).find(({ bytes }) => fits(answerMessage(timestamp, nonce, bytes)))
  if (changed !== undefined) {
    return [
      finding(
        'body',
        changed.explanation,
        'verify the raw bytes of the request before anything parses or changes them',
      ),
    ]
  }
  if (fits(answerMessage(timestamp, nonce, body).subarray(0, -1))) {
    return [
      finding(
        'message',
        'it was signed without the newline behind the body',
        'whoever signed this is not WeChat: end each of the three parts with a newline, the body too',
      ),
    ]
  }
  if (fits(answerMessage(nonce, timestamp, body))) {
    return [finding('message', 'timestamp and nonce were exchanged', 'the order is timestamp, nonce, body')]
  }
  return [
    finding(
      'body',
      'the key is right, but body, timestamp or nonce is not what WeChat signed, and none of the usual changes explains it',
      'capture the raw bytes where they arrive (a proxy, a body parser or a log may have changed or shortened them)',
    ),
  ]
}

function hashFinding(algorithm: string): Finding {
  return finding(
    'signature',
    `it was made over a ${algorithm} hash, and WeChat Pay APIv3 uses SHA-256`,
    'sign with RSA and SHA-256',
  )
}

function finding(element: Finding['element'], problem: string, remedy: string): Finding {
  return { element, problem, remedy }
}
