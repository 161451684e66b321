/** Where the page is: the part of the address after `#`, so that no server needs to know and a link can be kept. */
import { useEffect, useState } from 'preact/hooks'

export interface Route {
  /** The first part: `orders`. */
  readonly page: string
  /** The second: a number. */
  readonly item?: string
  readonly query: URLSearchParams
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const [page = '', item] = path.split('/', 2)
  return { page, ...(item ? { item: decode(item) } : {}), query: new URLSearchParams(query) }
}

/** @param query what is empty is left out. */
export function address(page: string, item?: string, query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  const tail = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  return `#/${page}${item === undefined ? '' : `/${encodeURIComponent(item)}`}${tail}`
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return parseRoute(hash)
}

/** A link that somebody cut off in the middle of an escape still opens the page. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
