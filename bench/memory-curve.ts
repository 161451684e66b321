/** What a function would take and cost with more or less memory. */
import { PRICES } from './prices.ts'
import type { Played } from './scenario.ts'

/** Of memory that gets one core. */
const CORE_MB = 1769
const SIZES = [256, 512, 1024, CORE_MB] as const
/** Which call WeChat, and how often in one invocation. */
const CALLS: Readonly<Record<string, number>> = { prepay: 1, refund: 1, query: 0, notify: 0, settle: 0 }

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

export function memoryTable({ payments, refunds, memory, scenario }: Played): string {
  const rows = Object.entries(CALLS).map(([operation, calls]) => {
    const counts = operation === 'refund' ? refunds : payments
    const seconds = (counts.gbSeconds[operation] ?? 0) / ((memory[operation]?.given ?? CORE_MB) / 1024)
    const meanMs = (seconds * 1000) / Math.max(1, counts.invocations[operation] ?? 0)
    const cells = SIZES.map((size) => {
      const { ms, usd } = pointAt(size, meanMs, calls * scenario.wechatMs)
      return `${Math.round(ms)} ms, ${usd.toFixed(2)}`
    })
    return `| ${operation} | ${cells.join(' | ')} |`
  })
  const titles = SIZES.map((size) => `${size} MB`).join(' | ')
  return `| function | ${titles} |\n| --- | ${SIZES.map(() => '---:').join(' | ')} |\n${rows.join('\n')}`
}
