/** What a function would take and cost with more or less memory. */
import type { Counts } from './counts.ts'
import { PRICES } from './prices.ts'
import type { Played } from './scenario.ts'

/** Of memory that gets one core. */
const CORE_MB = 1769
const SIZES = [256, 512, 1024, CORE_MB] as const
const OPERATIONS = ['prepay', 'refund', 'query', 'notify', 'settle'] as const

export interface Point {
  readonly ms: number
  /** For a million calls. */
  readonly usd: number
}

/** @param meanMs on this machine, which has whole cores. */
export function pointAt(memoryMb: number, meanMs: number, waitingMs: number): Point {
  const computingMs = Math.max(0, meanMs - waitingMs)
  const ms = waitingMs + computingMs * Math.max(1, CORE_MB / memoryMb)
  return { ms, usd: ms * 1000 * (memoryMb / 1024) * PRICES.lambdaGbSecond.usd }
}

/** What an invocation takes here, and how much of that it waits: for WeChat, and for what it asks of AWS. */
interface Taken {
  readonly meanMs: number
  readonly waitingMs: number
}

function takenBy(operation: string, { gbSeconds, invocations, processorMs }: Counts, givenMb: number): Taken {
  const calls = Math.max(1, invocations[operation] ?? 0)
  const meanMs = ((gbSeconds[operation] ?? 0) * 1000) / (givenMb / 1024) / calls
  return { meanMs, waitingMs: Math.max(0, meanMs - (processorMs[operation] ?? 0) / calls) }
}

export function memoryTable({ payments, refunds, memory }: Played): string {
  const rows = OPERATIONS.map((operation) => {
    const counts = operation === 'refund' ? refunds : payments
    const { meanMs, waitingMs } = takenBy(operation, counts, memory[operation]?.given ?? CORE_MB)
    const cells = SIZES.map((size) => {
      const { ms, usd } = pointAt(size, meanMs, waitingMs)
      return `${Math.round(ms)} ms, ${usd.toFixed(2)}`
    })
    const of = `${(meanMs - waitingMs).toFixed(1)} of ${meanMs.toFixed(1)}`
    return `| ${[operation, of, ...cells].join(' | ')} |`
  })
  const titles = ['function', 'computing, ms', ...SIZES.map((size) => `${size} MB`)].join(' | ')
  return `| ${titles} |\n| --- | ---: | ${SIZES.map(() => '---:').join(' | ')} |\n${rows.join('\n')}`
}

/** @returns what the durations of a million would cost if computing took as long as Lambda's share of a core makes it */
export function usdOnLambda(counts: Counts, times: number, memory: Played['memory']): number {
  return Object.entries(counts.invocations).reduce((sum, [operation, calls]) => {
    const givenMb = memory[operation]?.given ?? CORE_MB
    const { meanMs, waitingMs } = takenBy(operation, counts, givenMb)
    return sum + (pointAt(givenMb, meanMs, waitingMs).usd * calls) / times
  }, 0)
}
