/** The secrets of Alipay, split by who reads them as those of WeChat are: what signs, and what verifies. */
import * as v from 'valibot'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import type { AppSigner } from '#shared/alipay/app-signer.ts'
import { ALIPAY_KEY_KINDS, createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import type { AlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { AppError } from '#shared/errors.ts'
import { parseJson, Problems } from './secret-problems.ts'

/** `alipay-signing`: read by whatever calls Alipay. The certificates come both or not at all: certificate mode or bare keys. */
export const AlipaySigningSecret = v.object({
  /** 应用私钥: PEM, or the bare Base64 that Alipay's key tool writes. */
  private_key: v.string(),
  /** 应用公钥证书 (`appCertPublicKey_….crt`). */
  app_certificate: v.optional(v.string()),
  /** 支付宝根证书 (`alipayRootCert.crt`). */
  root_certificate: v.optional(v.string()),
})

/** `alipay-keys`: 支付宝公钥, or 支付宝公钥证书, the old and the new one side by side. */
export const AlipayKeysSecret = v.object({
  keys: v.pipe(v.array(v.object({ kind: v.picklist(ALIPAY_KEY_KINDS), pem: v.string() })), v.minLength(1)),
})

export type AlipaySigningRecord = v.InferOutput<typeof AlipaySigningSecret>

/** @throws AppError `config_invalid` */
export function parseAlipaySigning(text: string): AppSigner {
  const secret = parseJson(AlipaySigningSecret, text)
  return loaded('private_key or certificates', () => loadAppSigner(secret))
}

/** @throws AppError `config_invalid` naming every key that cannot be used. */
export function parseAlipayKeys(text: string): AlipayKeyRing {
  const { keys } = parseJson(AlipayKeysSecret, text)
  const problems = new Problems()
  for (const [index, record] of keys.entries())
    problems.collect(`keys.${index}`, () => createAlipayKeyRing([record]))
  problems.throwIfAny()
  return createAlipayKeyRing(keys)
}

function loaded<Value>(field: string, load: () => Value): Value {
  const problems = new Problems()
  const value = problems.collect(field, load)
  problems.throwIfAny()
  if (value === undefined) throw new AppError('config_invalid', `${field} cannot be used`)
  return value
}
