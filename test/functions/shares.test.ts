import { describe, expect, it } from 'vitest'
import { createShares } from '#functions/sweep/shares.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import type { LookClass } from '#shared/ledger/look-plan.ts'

type Counts = Readonly<Partial<Record<LookClass, number>>>

/** How many of each class are among the first `taken`, when so many are due and 16 workers ask at a time. */
async function taken(count: number, due: Counts): Promise<Counts> {
  const left = new Map(Object.entries(due))
  const backlog = (name: LookClass) => ({
    async next() {
      const rest = left.get(name) ?? 0
      if (rest === 0) return undefined
      left.set(name, rest - 1)
      // Pages take their time.
      if (rest % 25 === 0) await Promise.resolve()
      return { orderKey: name, dueAt: 0 }
    },
  })
  const next = createShares({
    refund_unknown: backlog('refund_unknown'),
    unpaid_young: backlog('unpaid_young'),
    refund_open: backlog('refund_open'),
    late: backlog('late'),
  })
  const given: string[] = []
  const worker = async () => {
    while (given.length < count) {
      const order = await next()
      if (order === undefined) return
      if (given.length < count) given.push(order.orderKey)
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return Object.fromEntries(
    LOOK_CLASSES.map((name) => [name, given.filter((each) => each === name).length] as const).filter(
      ([, times]) => times > 0,
    ),
  )
}

const near = (expected: number) => expect.toSatisfy((count: number) => Math.abs(count - expected) <= 8)

describe('a run', () => {
  it.each([
    [
      'half to what cannot wait, a quarter to each of the others',
      { refund_unknown: 1000, unpaid_young: 1000, refund_open: 60_000, late: 30_000 },
      { refund_unknown: near(100), unpaid_young: near(100), refund_open: near(100), late: near(100) },
    ],
    [
      'all of that half to one of two, where the other has nothing',
      { unpaid_young: 1000, refund_open: 60_000, late: 30_000 },
      { unpaid_young: near(200), refund_open: near(100), late: near(100) },
    ],
    [
      'what one leaves to the others',
      { unpaid_young: 20, refund_open: 60_000 },
      { unpaid_young: 20, refund_open: 380 },
    ],
    ['everything to the only one', { late: 30_000 }, { late: 400 }],
    ['no more than there is', { refund_unknown: 3, late: 4 }, { refund_unknown: 3, late: 4 }],
  ])('gives %s', async (_, due, expected) => {
    expect(await taken(400, due)).toEqual(expected)
  })
})
