/** The rules of the two addresses that a stage names: one validator for where they are written and for where they are used. */
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_PATH } from './operations.ts'

/** WeChat's limit of `notify_url` (doc merchant/4012075420). */
const MAX_NOTIFY_URL = 255
const MAX_NOTIFY_BASE_URL = MAX_NOTIFY_URL - Math.max(NOTIFY_PAYMENT_PATH.length, NOTIFY_REFUND_PATH.length)

const HTTPS = /^https:\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([1-9][0-9]{0,4}))?(\/[^?#]*)?$/
const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+)*$/
/** A name of the public DNS ends in letters, which no address does. */
const PUBLIC_NAME =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!local$|localhost$|internal$)[a-z][a-z0-9-]*[a-z0-9]$/
/** Plain http is for this machine alone, where the local stack lives. */
const LOCAL = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::([1-9][0-9]{0,4}))?(\/[^?#]*)?$/

/** What is wrong with the address of WeChat Pay's API; undefined when nothing is. */
export function apiUrlProblem(url: string): string | undefined {
  const [, , port, path] = HTTPS.exec(url) ?? []
  if (!HTTPS.test(url)) return 'must be an https URL without path, query or final slash'
  if (path !== undefined) return 'must be an https URL without path, for paths are signed'
  return isPort(port) ? undefined : 'must have a port from 1 to 65535'
}

/** What is wrong with the address of a gateway, which has a path, as its example; undefined when nothing is. */
export function gatewayProblem(url: string, example: string): string | undefined {
  const [, , port, path = ''] = HTTPS.exec(url) ?? []
  if (!HTTPS.test(url) || path === '' || !SEGMENTS.test(path))
    return `must be an https URL with a path and without query, as in ${example}`
  return isPort(port) ? undefined : 'must have a port from 1 to 65535'
}

/** What is wrong with what WeChat's notification paths are put behind; undefined when nothing is. */
export function notifyBaseUrlProblem(url: string): string | undefined {
  const [, host = '', port, path = ''] = HTTPS.exec(url) ?? []
  if (!HTTPS.test(url) || !SEGMENTS.test(path))
    return 'must be an https URL without query and without a final slash'
  if (!PUBLIC_NAME.test(host))
    return 'must name its host by a public domain name in lower case: WeChat calls no IP address and no local name'
  if (port !== undefined && port !== '443') return 'must have no port: WeChat calls port 443'
  return url.length <= MAX_NOTIFY_BASE_URL
    ? undefined
    : `must have at most ${MAX_NOTIFY_BASE_URL} characters: WeChat takes ${MAX_NOTIFY_URL} with the path behind it`
}

/** Whether the address is one of the local stack. Only a function takes it, a stage never. */
export function isLocalUrl(url: string): boolean {
  const [, port, path = ''] = LOCAL.exec(url) ?? []
  return LOCAL.test(url) && isPort(port) && SEGMENTS.test(path)
}

function isPort(port: string | undefined): boolean {
  return port === undefined || Number(port) <= 65_535
}
