/** What the number of stored orders does to the cost of what is done next: the same steps in turns beside a thousand and beside a million. */
import { processorMs } from '../pipeline/processor-time.ts'
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'
import { growthSection } from './section.ts'
import { fullOrder, writeUnits } from './full-order.ts'
import { startPlace } from './place.ts'
import type { Place } from './place.ts'
import { NOW } from '#test/support/orders.ts'
import { differenceOf } from './counting.ts'
import type { Units } from './counting.ts'

const FEW = 1000
const MANY = 1_000_000
const WARM_UP = 2
const ROUNDS = 9
/** So many of each step: enough that a round differs from the next by a few hundredths on a machine that does little else. */
const A_ROUND = 100
/** A page of a list is dozens of requests. */
const LISTS = 20
/** Orders that are due when the sweep runs. */
const DUE = [0, 100, 400] as const

/** A third of what it was before orders were packed. */
const MOST_UNITS = 28

const STEPS = ['notification', 'query', 'refund', 'list'] as const
type Step = (typeof STEPS)[number]

/** For one of them. */
interface Cost extends Units {
  /** Ms of a processor: of the operation and the SDK, and of the engine. */
  readonly ours: number
  readonly engines: number
}

export async function benchGrowth(say: (line: string) => void): Promise<Section> {
  const few = await startPlace(FEW)
  const many = await startPlace(MANY, say)
  try {
    const ratios: Figure[] = []
    const [beside, besideMany] = await roundsOf(few, many)
    for (const step of STEPS) ratios.push(...figuresOf(step, beside[step], besideMany[step]))
    return growthSection([...ratios, ...(await sweepFigures(few, many)), ...fullOrderFigures()], few.engine)
  } finally {
    await few.stop()
    await many.stop()
  }
}

type Costs = Readonly<Record<Step, Cost[]>>

async function roundsOf(few: Place, many: Place): Promise<readonly [Costs, Costs]> {
  const [beside, besideMany]: [Costs, Costs] = [noCosts(), noCosts()]
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const numbers = Array.from({ length: A_ROUND }, (_, index) => `G-${round}-${index}`)
    for (const number of numbers) await Promise.all([few, many].map(({ steps }) => steps.place(number)))
    for (const step of STEPS) {
      const some = step === 'list' ? numbers.slice(0, LISTS) : numbers
      const [cost, costOfMany] = await inTurns(few, many, { step, numbers: some })
      if (round < WARM_UP) continue
      beside[step].push(cost)
      besideMany[step].push(costOfMany)
    }
  }
  return [beside, besideMany]
}

function noCosts(): Costs {
  return { notification: [], query: [], refund: [], list: [] }
}

/** One beside few orders, one beside many: what else the machine does at that moment is the same for both. */
async function inTurns(
  few: Place,
  many: Place,
  { step, numbers }: { readonly step: Step; readonly numbers: readonly string[] },
): Promise<readonly [Cost, Cost]> {
  let [cost, costOfMany] = [NOTHING, NOTHING]
  for (const [index, number] of numbers.entries()) {
    const first = index % 2 === 0
    if (first) cost = sumOf(cost, await costOf(few, step, number))
    costOfMany = sumOf(costOfMany, await costOf(many, step, number))
    if (!first) cost = sumOf(cost, await costOf(few, step, number))
  }
  return [meanOf(cost, numbers.length), meanOf(costOfMany, numbers.length)]
}

const NOTHING: Cost = { reads: 0, writes: 0, ours: 0, engines: 0 }

async function costOf({ meter, steps, pid }: Place, step: Step, number: string): Promise<Cost> {
  const [units, engine, own] = [{ ...meter.units }, processorMs(pid), process.cpuUsage()]
  await steps[step](number)
  const { user, system } = process.cpuUsage(own)
  return {
    ...differenceOf(meter.units, units),
    ours: (user + system) / 1000,
    engines: processorMs(pid) - engine,
  }
}

function sumOf(one: Cost, other: Cost): Cost {
  return {
    reads: one.reads + other.reads,
    writes: one.writes + other.writes,
    ours: one.ours + other.ours,
    engines: one.engines + other.engines,
  }
}

function meanOf({ reads, writes, ours, engines }: Cost, count: number): Cost {
  return { reads: reads / count, writes: writes / count, ours: ours / count, engines: engines / count }
}

function figuresOf(step: Step, few: readonly Cost[], many: readonly Cost[]): readonly Figure[] {
  const ratio = (of: (cost: Cost) => number) =>
    spreadOf(many.flatMap((cost, round) => (few[round] === undefined ? [] : [of(cost) / of(few[round])])))
  return [
    { name: `${step}: units to write`, ...spreadOf(many.map(({ writes }) => writes)) },
    { name: `${step}: units to read`, ...spreadOf(many.map(({ reads }) => reads)) },
    {
      name: `${step}: units beside a million orders, of those beside a thousand`,
      ...ratio(({ reads, writes }) => reads + writes),
      target: { is: 'at most', value: 1.05 },
    },
    {
      name: `${step}: processor time without the engine, likewise`,
      ...ratio(({ ours }) => ours),
    },
    {
      name: `${step}: processor time of the engine, likewise`,
      ...ratio(({ engines }) => engines),
      target: { is: 'at most', value: 1.05 },
    },
  ]
}

/** What a run takes beyond one that finds nothing due, for each order that is. */
async function sweepFigures(few: Place, many: Place): Promise<readonly Figure[]> {
  const [idle, ...others] = await sweptUnits(many)
  const [idleBesideFew] = await sweptUnits(few)
  if (idle === undefined || idleBesideFew === undefined) throw new Error('the sweep ran')
  const each = others.map((units, index) => (units - idle) / (DUE[index + 1] ?? 1))
  return [
    { name: 'sweep: units when nothing is due', ...spreadOf([idle]) },
    {
      name: 'sweep: units when nothing is due, beside a million of those beside a thousand',
      ...spreadOf([idle / idleBesideFew]),
      target: { is: 'at most', value: 1.05 },
    },
    { name: 'sweep: units for an order that is due', ...spreadOf(each) },
    {
      name: `sweep: units for each of ${DUE[2]} due, of those for each of ${DUE[1]}`,
      ...spreadOf([(each[1] ?? Number.NaN) / (each[0] ?? Number.NaN)]),
      target: { is: 'at most', value: 1.05 },
    },
  ]
}

async function sweptUnits({ meter, steps }: Place): Promise<readonly number[]> {
  const units: number[] = []
  for (const due of DUE) {
    for (let index = 0; index < due; index += 1) await steps.place(`DUE-${due}-${index}`, NOW - index)
    const before = { ...meter.units }
    await steps.sweep()
    const { reads, writes } = differenceOf(meter.units, before)
    units.push(reads + writes)
  }
  return units
}

/** Form 1 is what orders were stored in before, and what a stack writes that may still have to go back. */
function fullOrderFigures(): readonly Figure[] {
  const order = fullOrder()
  const [before, now] = [writeUnits(order, 1), writeUnits(order, 3)]
  return [
    { name: 'an order with 150 refunds: units of a write, form 1', ...spreadOf([before]) },
    {
      name: 'an order with 150 refunds: units of a write, form 3',
      ...spreadOf([now]),
      target: { is: 'at most', value: MOST_UNITS },
    },
  ]
}
