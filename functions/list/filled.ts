/** Fills one page of a list from as many pages of the indexes as it takes, up to a limit. */
import { AppError } from '#shared/errors.ts'
import type { ListPage } from '#shared/orders/order-lists.ts'
import { placeText } from './place.ts'
import type { Place } from './place.ts'

/** So many pages of the indexes are read for one answer: whoever looks for the rare gets a short page, and goes on. */
const MOST_READ = 40

export interface Listed {
  readonly number: string
  /** Whether it is worth reading. */
  readonly wanted: boolean
}

export interface Source<Entry> {
  /** Where the list begins: a day, or `held`. */
  readonly first: string
  after(where: string): string | undefined
  list(where: string, page: ListPage): Promise<readonly Listed[]>
  /** @returns undefined when it is there no more. */
  read(number: string): Promise<Entry | undefined>
  /** Whether it is still what the index said. */
  fits(entry: Entry): boolean
}

export interface Filled<Entry> {
  readonly found: readonly Entry[]
  /** Numbers of what this release cannot read. */
  readonly unreadable: readonly string[]
  readonly next?: string | undefined
}

interface Wanted {
  readonly place?: Place | undefined
  readonly limit: number
}

/** @param room how many are wanted; `limit` is that of a whole page. */
export async function filled<Entry>(
  source: Source<Entry>,
  { place, limit }: Wanted,
  room = limit,
): Promise<Filled<Entry>> {
  const found: Entry[] = []
  const unreadable: string[] = []
  let at: Place | undefined = place ?? { in: source.first }
  for (let read = 0; at !== undefined && found.length < room && read < MOST_READ; read += 1) {
    const listed: readonly Listed[] = await source.list(at.in, { below: at.below, limit })
    const taken = upToWanted(listed, room - found.length)
    const numbers = taken.filter(({ wanted }) => wanted).map(({ number }) => number)
    const each = await readEach(numbers, (number) => source.read(number))
    found.push(...each.found.filter((entry) => source.fits(entry)))
    unreadable.push(...each.unreadable)
    at = following(source, at.in, { taken, isAll: taken.length === listed.length && listed.length < limit })
  }
  return { found, unreadable, ...(at === undefined ? {} : { next: placeText(at) }) }
}

/** As many as hold so many that are wanted. */
function upToWanted(listed: readonly Listed[], most: number): readonly Listed[] {
  const wanted = listed.flatMap((entry, index) => (entry.wanted ? [index] : []))
  const last = wanted[most - 1]
  return last === undefined ? listed : listed.slice(0, last + 1)
}

function following<Entry>(
  source: Source<Entry>,
  where: string,
  { taken, isAll }: { readonly taken: readonly Listed[]; readonly isAll: boolean },
): Place | undefined {
  if (!isAll) return { in: where, below: taken.at(-1)?.number }
  const next = source.after(where)
  return next === undefined ? undefined : { in: next }
}

type Each<Entry> = Omit<Filled<Entry>, 'next'>

/** One that cannot be read must not hide all others. */
export async function readEach<Entry>(
  numbers: readonly string[],
  read: (number: string) => Promise<Entry | undefined>,
): Promise<Each<Entry>> {
  const each = await Promise.all(numbers.map((number) => readOne(number, read)))
  return {
    found: each.flatMap(({ found }) => found),
    unreadable: each.flatMap(({ unreadable }) => unreadable),
  }
}

async function readOne<Entry>(
  number: string,
  read: (number: string) => Promise<Entry | undefined>,
): Promise<Each<Entry>> {
  try {
    const entry = await read(number)
    return { found: entry === undefined ? [] : [entry], unreadable: [] }
  } catch (error) {
    if (error instanceof AppError && error.code === 'internal_error')
      return { found: [], unreadable: [number] }
    throw error
  }
}
