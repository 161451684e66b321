/** The units of DynamoDB that this design needs at least, write by write, to hold what was measured against. */

interface Write {
  readonly what: string
  /** Each item is below a KB. */
  readonly item: 1
  readonly indexes: number
  /** Which indexes, and what for. */
  readonly why: string
}

const fact = (what: string): readonly Write[] => [
  { what: `${what} is stored`, item: 1, indexes: 1, why: 'it is pending from the first moment' },
  { what: `${what} is settled`, item: 1, indexes: 1, why: 'it is pending no more' },
]

export const OF_A_PAYMENT: readonly Write[] = [
  {
    what: 'the order, before WeChat is asked',
    item: 1,
    indexes: 1,
    why: 'the sweep looks at it, whatever happens',
  },
  { what: 'what WeChat gave to pay with', item: 1, indexes: 0, why: 'the look stays' },
  ...fact('the payment'),
  {
    what: 'the order is paid',
    item: 1,
    indexes: 2,
    why: 'no look any more; the bill of the day has to know it',
  },
]

export const OF_A_REFUND: readonly Write[] = [
  { what: 'the number is taken', item: 1, indexes: 1, why: 'the bill of the day has to know it' },
  { what: 'the amount is reserved', item: 1, indexes: 1, why: 'the sweep looks at it, whatever happens' },
  { what: 'it is under way, to be told', item: 1, indexes: 0, why: 'the look stays' },
  { what: 'it is told', item: 1, indexes: 0, why: 'the look stays' },
  ...fact('the result'),
  { what: 'it has succeeded', item: 1, indexes: 1, why: 'no look any more' },
]

export function unitsOf(writes: readonly Write[]): number {
  return writes.reduce((sum, { item, indexes }) => sum + item + indexes, 0)
}

export function leastTable(writes: readonly Write[]): string {
  const rows = writes.map(({ what, item, indexes, why }) => `| ${what} | ${item} | ${indexes} | ${why} |`)
  return `| write | item | indexes | which |\n| --- | ---: | ---: | --- |\n${rows.join('\n')}`
}
