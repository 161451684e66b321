/** The secrets, split by who reads them. Their JSON is what operators write and rotate-certs maintains. */
import * as v from 'valibot'
import { normalSerial } from '#shared/crypto/serial.ts'
import { PLATFORM_KEY_KINDS } from '#shared/wechat/trust/key-ring.ts'

/** `merchant-signing`: read by whatever calls WeChat. */
export const MerchantSigningSecret = v.object({
  /** Serial of the merchant API certificate: hex digits, however a tool printed them. */
  serial_no: v.pipe(v.string(), v.trim(), v.regex(/^[0-9A-Fa-f]{1,64}$/), v.transform(normalSerial)),
  /** PKCS#8 PEM (`apiclient_key.pem`), RSA or SM2. */
  private_key: v.string(),
  /** Beside one of SM2: the RSA key that signs what the payer's client gets. */
  client_private_key: v.optional(v.string()),
  /** The merchant API certificate (`apiclient_cert.pem`), for its expiry. */
  certificate: v.optional(v.string()),
})

/** `apiv3-key`: read by notify and rotate-certs. `previous` keeps retries of up to 25 h readable after a change. */
export const ApiV3KeySecret = v.object({
  current: v.string(),
  previous: v.optional(v.string()),
})

/** `apiv2-key`: read by notify-v2 alone; empty where refunds are made through the API only. */
export const ApiV2KeySecret = v.object({
  current: v.string(),
  previous: v.optional(v.string()),
})

/** One key of `platform-keys`: a platform certificate (kept by rotate-certs) or a WeChat Pay public key (entered by the operator). */
export const PlatformKey = v.object({
  serial: v.pipe(v.string(), v.regex(/^(?:[0-9A-Fa-f]{1,64}|PUB_KEY_ID_[0-9A-Za-z]{1,64})$/)),
  kind: v.picklist(PLATFORM_KEY_KINDS),
  pem: v.string(),
})

export const PlatformKeysSecret = v.object({ keys: v.array(PlatformKey) })

/** The same before its elements are looked at, so that one that is malformed does not cost the others. */
export const PlatformKeyList = v.object({ keys: v.array(v.unknown()) })
