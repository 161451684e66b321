/**
 * What a stage wants of notices, by the beginning of their event type. WeChat has some seventy types and adds more: what no
 * beginning fits is stored and published all the same.
 */

/** - `event`: somebody subscribes to them. - `content`: and gets what WeChat wrote, personal data included. */
export const NOTICE_WISHES = ['event', 'content'] as const
export type NoticeWish = (typeof NOTICE_WISHES)[number]

export type NoticeTypes = ReadonlyMap<string, NoticeWish>

export const NOTICE_PREFIX = /^[A-Z][A-Z0-9_.]{0,63}$/

const NONE = 'none'

/** As a setting of a function, which may not be empty. */
export function formatNoticeTypes(types: Readonly<Record<string, NoticeWish>>): string {
  const entries = Object.entries(types)
  return entries.length === 0 ? NONE : entries.map(([prefix, wish]) => `${prefix}=${wish}`).join(',')
}

/** Reads that setting. @returns undefined when it is none. */
export function parseNoticeTypes(text: string): NoticeTypes | undefined {
  const types = new Map<string, NoticeWish>()
  for (const entry of text === NONE ? [] : text.split(',')) {
    const [prefix = '', word, ...more] = entry.split('=')
    const wish = NOTICE_WISHES.find((each) => each === word)
    if (wish === undefined || !NOTICE_PREFIX.test(prefix) || more.length > 0) return undefined
    types.set(prefix, wish)
  }
  return types
}

/** Of several beginnings that fit, the longest says. */
export function wishFor(types: NoticeTypes, eventType: string): NoticeWish | undefined {
  const fitting = [...types].filter(([prefix]) => eventType.startsWith(prefix))
  return fitting.toSorted(([one], [other]) => other.length - one.length)[0]?.[1]
}
