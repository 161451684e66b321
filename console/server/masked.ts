/** Notifications as they may be shown: whatever names a person, or proves who signed, is masked. */

/** Fields whose values name a payer or an account, wherever they stand. */
const PERSONAL = /openid|unionid|account|name|phone|mobile|address|card/i
/** Of these only what kind it is. */
const SECRET_HEADERS = /^(?:wechatpay-signature|authorization)$/i

const MASK = '***'

export function maskedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.test(name) ? MASK : value]),
  )
}

/** Indented JSON. */
export function maskedJson(value: unknown): string {
  return JSON.stringify(masked(value), null, 2)
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      PERSONAL.test(name) && typeof inner === 'string' ? MASK : masked(inner),
    ]),
  )
}
