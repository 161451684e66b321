/** Options that say where to call. */

const REGION = /^[a-z]{2}(?:-[a-z0-9]+)+$/

/** Without a final slash. */
export function baseOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '')
}

/** @throws TypeError naming the option. */
export function addressOf(value: unknown, name: string, example: string): URL {
  const text = value instanceof URL ? value.href : value
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError(`${name} must be an http or https URL, ${example}`)
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new TypeError(`${name} must have no user, query or fragment`)
  return url
}

/** @throws TypeError */
export function regionOf(value: unknown): string {
  if (value === undefined)
    throw new TypeError('region is needed: the host of url is none of API Gateway, which would name it')
  if (typeof value !== 'string' || !REGION.test(value))
    throw new TypeError('region must be a region of AWS, as in cn-north-1')
  return value
}
