/** Checks the way to WeChat: both domains, the clock, and a signed call. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Provider } from '#shared/providers.ts'
import { createHttpTransport, type HttpTransport } from '#shared/http/http-transport.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { CLOCK_TOLERANCE_SECONDS } from '#shared/wechat/trust/signature.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { counted } from '#cli/terminal/output.ts'
import { attempt, fail, ok, warn, type Check } from './check.ts'
import { unreached } from './connection-advice.ts'
import { createMutedLogger } from './muted-logger.ts'
import { readApiV3Keys, readMerchantSigning, readPlatformKeys } from './stack-keys.ts'
import type { WechatStack } from './stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const CALL_TIMEOUT_MS = 10_000
/** Half of what WeChat allows. */
const SKEW_WARNING_SECONDS = CLOCK_TOLERANCE_SECONDS / 2
const USER_AGENT = 'wxpay-doctor/1'

export async function checkWechat(world: World, stack: WechatStack): Promise<readonly Check[]> {
  const transport = createHttpTransport({ connectTimeoutMs: 5000, attemptTimeoutMs: CALL_TIMEOUT_MS })
  try {
    const [primary, backup] = stack.wechatUrls
    const reached = await Promise.all([
      reach(world, transport, { ...WECHAT, name: 'WeChat, primary domain', origin: primary }),
      reach(world, transport, { ...WECHAT, name: 'WeChat, backup domain', origin: backup }),
    ])
    const signed = await attempt('signed call to WeChat', 'correct the keys with wxpay setup', () =>
      signedCall(world, stack, transport),
    )
    return [...reached.flat(), ...signed]
  } finally {
    transport.close()
  }
}

interface Domain {
  readonly name: string
  readonly provider: Provider
  readonly origin: string
  readonly path: string
}

const WECHAT = { provider: 'wechat', path: '/v3/certificates' } as const

/** Any answer will do: an unsigned call is refused, and says what time it is. */
export async function reach(
  { clock }: Pick<World, 'clock'>,
  transport: HttpTransport,
  { name, provider, origin, path }: Domain,
): Promise<readonly Check[]> {
  try {
    const { headers, status } = await transport.send({
      method: 'GET',
      origin,
      path,
      headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
      freshConnection: true,
    })
    return [
      ok(name, `${origin} answers (${status} to an unsigned call)`),
      ...skew(name, headers['date'], clock.now()),
    ]
  } catch (error) {
    return [unreached(name, error, { url: origin, now: clock.now(), side: 'toPeer', provider })]
  }
}

/** How far this machine's clock is from the sender of a `Date` header. */
export function skew(name: string, date: unknown, now: number): readonly Check[] {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN
  if (Number.isNaN(theirs)) return []
  const seconds = Math.round((now - theirs) / 1000)
  const detail = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} ${name}`
  const remedy = "set this machine's clock by NTP"
  const line = `clock: ${name}`
  if (Math.abs(seconds) > CLOCK_TOLERANCE_SECONDS) return [fail(line, detail, remedy)]
  return Math.abs(seconds) > SKEW_WARNING_SECONDS ? [warn(line, detail, remedy)] : [ok(line, detail)]
}

async function signedCall({ clock }: World, stack: WechatStack, transport: HttpTransport): Promise<Check> {
  const name = 'signed call to WeChat'
  const [signing, apiV3Keys, records] = await Promise.all([
    readMerchantSigning(stack),
    readApiV3Keys(stack),
    readPlatformKeys(stack),
  ])
  const wechat = createWechatPay({
    mchid: stack.mchid,
    apiUrls: stack.wechatUrls,
    signer: async () => ({ mchid: stack.mchid, ...signing }),
    keyRing: async () => createKeyRing(records),
    apiV3Keys: async () => apiV3Keys,
    transport,
    clock,
    logger: createMutedLogger(),
    // One failing attempt says as much as four.
    sleep: (ms, signal) => delay(Math.min(ms, 200), undefined, signal === undefined ? {} : { signal }),
  })
  try {
    const certificates = await wechat.downloadCertificates({
      signal: AbortSignal.timeout(2 * CALL_TIMEOUT_MS),
    })
    return certificates.length === 0
      ? ok(
          name,
          'accepted; this merchant has no platform certificates, so that it proves neither the public key nor the APIv3 key',
        )
      : ok(name, `accepted, verified and decrypted: ${counted(certificates.length, 'platform certificate')}`)
  } catch (error) {
    if (error instanceof ChannelError) return refused(name, error)
    throw error
  }
}

function refused(name: string, { code, message, httpStatus }: ChannelError): Check {
  // A gateway's 401 is none of WeChat's.
  if (code === 'refused' && httpStatus === 401) {
    return fail(
      name,
      `WeChat refused the signature (${message})`,
      'the serial, the private key or the mchid is wrong, or the certificate was revoked: wxpay setup; see also the lines of the clock',
    )
  }
  if (code === 'unverifiable') {
    return fail(
      name,
      "WeChat's answer does not verify with the platform keys",
      'wxpay keys rotate for certificates, wxpay setup for the public key',
    )
  }
  if (code === 'invalid_answer') {
    return fail(
      name,
      'the certificates in the answer do not decrypt with the APIv3 key',
      'enter the APIv3 key that is set in the merchant platform: wxpay setup',
    )
  }
  return fail(name, `${code}: ${message}`, 'try again; if it stays, see the lines of the two domains')
}
