/** Control routes that do what a merchant does: sign a request, and send it. For curl, and for languages that have no SDK. */
import { randomBytes } from 'node:crypto'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { authorizationHeader, requestMessage } from '#shared/wechat/trust/signature.ts'
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { parseControl, PlainText } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import type { Keys } from './keys.ts'
import type { Timeline } from './timeline.ts'

export interface MerchantDeps {
  readonly mchid: string
  readonly keys: Keys
  readonly timeline: Timeline
  /** Base URL of the primary domain. */
  readonly apiUrl: () => string
}

const requestSchema = v.strictObject({
  method: v.optional(v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), 'GET'),
  /** Path and query, as they go out. */
  url: v.pipe(
    v.string(),
    v.regex(/^\/[\x21-\x7e]*$/, 'expected a path that begins with / and is percent-encoded'),
  ),
  /** A text is taken as it is; anything else is written as JSON. */
  body: v.optional(v.unknown()),
})

interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly sign_message: string
}

/** Routes of the merchant. */
export function merchantRoutes({ mchid, keys, timeline, apiUrl }: MerchantDeps): ControlRoutes {
  function sign(input: unknown): SignedRequest {
    const { method, url: path, body: given } = parseControl(requestSchema, input)
    const [merchant] = keys.merchant.filter(({ privateKeyPem }) => privateKeyPem !== undefined)
    if (merchant?.privateKeyPem === undefined) {
      throw new ControlError(409, 'no_private_key', 'the private key of the merchant is not known here')
    }
    const body = given === undefined ? '' : typeof given === 'string' ? given : JSON.stringify(given)
    const signer = {
      mchid,
      serialNo: merchant.serial,
      privateKey: loadPrivateKey(merchant.privateKeyPem),
    }
    const timestamp = Math.floor(timeline.wall() / 1000)
    const nonce = randomBytes(16).toString('hex').toUpperCase()
    const request = { method, url: path, body, timestamp, nonce }
    return {
      method,
      url: `${apiUrl()}${path}`,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'curl',
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
        Authorization: authorizationHeader(signer, request),
      },
      body,
      sign_message: requestMessage(request),
    }
  }

  return {
    'POST /_control/merchant/sign'({ body }) {
      const request = sign(body)
      return { ...request, curl: curlCommand(request) }
    },
    'POST /_control/merchant/curl': ({ body }) => new PlainText(`${curlCommand(sign(body))}\n`),
  }
}

/** The command for a POSIX shell. */
function curlCommand({ method, url, headers, body }: SignedRequest): string {
  const parts = [
    `curl -sS -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-binary ${quoted(body)}`]),
  ]
  return parts.join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
