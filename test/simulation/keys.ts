/** WeChat's and the merchant's keys, made once and handed to every worker; signatures are kept, because making one is the dearest step. */
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { formBody } from '#shared/alipay/form.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { asRsa, loadPrivateKey } from '#shared/crypto/keys.ts'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing, PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import type { Headers } from '#shared/received.ts'
import type { AlipayNotice } from './alipay-notices.ts'
import {
  makeKeyPair,
  makePlatformCertificate,
  sealNotification,
  signedHeaders,
} from '#test/support/wechat-keys.ts'

/** Plain data, so that it can be posted to a worker. */
export interface KeyMaterial {
  readonly platform: readonly [old: PlatformKey, next: PlatformKey]
  readonly apiV3: readonly [old: string, next: string]
  /** What Alipay signs with. */
  readonly alipay: { readonly privatePem: string; readonly publicPem: string }
}

interface PlatformKey {
  readonly record: PlatformKeyRecord
  readonly privatePem: string
}

/** Which of the two. */
export type Generation = 0 | 1

const SERIALS = ['5A00000000000000000000000000000000000001', '5B00000000000000000000000000000000000002']

export function makeKeyMaterial(): KeyMaterial {
  const [old, next] = SERIALS.map((serial) => {
    const { record, privatePem } = makePlatformCertificate({ serial })
    return { record, privatePem }
  })
  const { privatePem, publicPem } = makeKeyPair()
  return {
    alipay: { privatePem, publicPem },
    platform: [old!, next!],
    apiV3: ['simulation-canary-apiv3-key-1111', 'simulation-canary-apiv3-key-2222'],
  }
}

export interface Notice {
  readonly id: string
  readonly event_type: string
  readonly content: Readonly<Record<string, unknown>>
}

export type Keys = ReturnType<typeof createKeys>

/** Signatures are at most this old when they arrive: within WeChat's 5 minutes. */
const TIMESTAMP_STEP_MS = 240_000
const KEPT = 20_000

export function createKeys({ platform, apiV3, alipay }: KeyMaterial) {
  const signers = platform.map(({ record, privatePem }) => ({
    serial: record.serial,
    privateKey: loadPrivateKey(privatePem),
  }))
  const apiV3Keys = apiV3.map(loadApiV3Key)
  const rings = new Map<string, KeyRing>()
  const sealed = new Map<string, Buffer>()
  const signed = new Map<string, Headers>()
  const forms = new Map<string, Buffer>()
  const alipayKey = asRsa(loadPrivateKey(alipay.privatePem), 'key')
  return {
    records: platform.map(({ record }) => record),
    apiV3Keys,
    /** What must never be in a log. */
    secrets: [...apiV3, ...[...platform, alipay].map(({ privatePem }) => privatePem.split('\n')[1]!)],
    alipayRing: createAlipayKeyRing([{ kind: 'public_key', pem: alipay.publicPem }]),
    serial: (generation: Generation) => platform[generation].record.serial,
    ring(records: readonly PlatformKeyRecord[]): KeyRing {
      return kept(rings, records.map(({ serial }) => serial).join(), () => createKeyRing(records))
    },
    seal(notice: Notice, key: Generation): Buffer {
      const name = `${key} ${notice.id} ${JSON.stringify(notice.content)}`
      return kept(sealed, name, () => Buffer.from(sealNotification({ apiV3Key: apiV3Keys[key]!, ...notice })))
    },
    /** A form of Alipay's; a forged one has its signature from another. */
    form({ fields, signed: over = fields }: AlipayNotice): Buffer {
      return kept(forms, JSON.stringify([fields, over]), () => {
        const sign = signSha256(alipayKey, signedText(Object.entries(over)))
        return Buffer.from(formBody({ ...fields, sign_type: 'RSA2', sign }))
      })
    },
    sign(body: Buffer, { signer, now }: { readonly signer: Generation; readonly now: number }): Headers {
      const moment = now - (now % TIMESTAMP_STEP_MS)
      const name = `${signer} ${moment} ${body.toString('latin1')}`
      return kept(signed, name, () => signedHeaders(signers[signer]!, body, { now: moment }))
    },
  }
}

function kept<Value>(cache: Map<string, Value>, name: string, make: () => Value): Value {
  const known = cache.get(name)
  if (known !== undefined) return known
  const made = make()
  if (cache.size > KEPT) cache.clear()
  cache.set(name, made)
  return made
}
