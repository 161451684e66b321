/** Checks the addresses that WeChat and Alipay notify: from outside, without a signature, as nobody else could. */
import { isLocalUrl } from '#shared/addresses.ts'
import type { Provider } from '#shared/providers.ts'
import { PEER_NAMES } from '#cli/terminal/provider-names.ts'
import { fail, ok, type Check } from './check.ts'
import { unreached } from './connection-advice.ts'
import type { StackAccess } from './stack-access.ts'
import { skew } from './wechat-checks.ts'
import type { World } from '#cli/terminal/world.ts'

const TIMEOUT_MS = 10_000

interface Target {
  /** Of the line. */
  readonly name: string
  readonly provider: Provider
  readonly url: string
  readonly contentType: string
  /** Well-formed, and signed by nobody. */
  readonly body: string
  /** Only what is on this machine may do without TLS. */
  readonly plain: boolean
}

export async function checkNotifyUrls(
  { clock }: World,
  { wechat, alipay, local }: StackAccess,
): Promise<readonly Check[]> {
  const plain = local !== undefined
  const groups = await Promise.all([
    wechat === undefined ? [] : check(clock.now(), { ...WECHAT, url: wechat.notifyUrl, plain }),
    alipay === undefined ? [] : check(clock.now(), { ...ALIPAY, url: alipay.notifyUrl, plain }),
  ])
  return groups.flat()
}

const WECHAT = {
  name: 'notify URL',
  provider: 'wechat',
  contentType: 'application/json',
  body: '{}',
} as const
const ALIPAY = {
  name: 'notify URL for Alipay',
  provider: 'alipay',
  contentType: 'application/x-www-form-urlencoded',
  body: 'notify_type=trade_status_sync&notify_id=wxpay-doctor&sign_type=RSA2&sign=none',
} as const

/** An unsigned notification must be refused by the function itself, and by nothing in front of it. */
async function check(now: number, target: Target): Promise<readonly Check[]> {
  const { name, provider, url, contentType, body, plain } = target
  if (!plain && !isLocalUrl(url) && !url.startsWith('https://'))
    return [fail(name, `${url} is not https`, 'notifications go over TLS alone: correct notifyBaseUrl')]
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (error) {
    return [unreached(name, error, { url, now, side: 'toUs', provider })]
  }
  await response.arrayBuffer()
  return [verdict(target, response.status), ...skew(name, response.headers.get('date'), now)]
}

const OPERATIONS: Readonly<Record<Provider, string>> = { wechat: 'notify', alipay: 'notify-alipay' }

function verdict({ name, provider, url }: Target, status: number): Check {
  const operation = OPERATIONS[provider]
  if (status === 401) return ok(name, `${url} refuses an unsigned notification with 401`)
  if (status === 200 || status === 204) {
    return fail(
      name,
      `${url} accepted an unsigned notification with ${status}`,
      'it is not this stack that answers there: correct the domain',
    )
  }
  if (status >= 300 && status < 400) {
    return fail(
      name,
      `${url} redirects (${status})`,
      `${PEER_NAMES[provider]} does not follow redirects: set notifyBaseUrl to where it leads`,
    )
  }
  if (status === 403) {
    return fail(
      name,
      `${url} is closed (403)`,
      `no authorizer, WAF or IP list may stand in front of ${operation}; in China the domain needs its ICP filing`,
    )
  }
  if (status === 404) {
    return fail(name, `${url} is not there (404)`, 'check the domain mapping and notifyBaseUrl of the stage')
  }
  if (status === 405) {
    return fail(
      name,
      `${url} takes no POST (405)`,
      'something else than this API answers there: check the domain mapping and notifyBaseUrl of the stage',
    )
  }
  return fail(
    name,
    `${url} answers ${status} instead of 401`,
    `read the log of ${operation}: keys that are missing give 503 (wxpay setup --check)`,
  )
}
