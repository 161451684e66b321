/** The table of a run of drills, and below it whatever was wrong. */
import { textTable } from '#local/demo/tables.ts'
import { isClean } from './audit.ts'
import type { View } from './audit.ts'
import type { DrillResult } from './drill.ts'

const TITLES = [
  'drill',
  'WeChat paid / refunded (fen)',
  'orders',
  'events',
  'received',
  'repeats',
  'dead letters',
  'sweeps',
  'lost',
  'doubled',
  'stuck',
  'seconds',
  '',
]
const SHOWN_PROBLEMS = 10

export function reportOf(results: readonly DrillResult[]): string {
  const table = textTable(
    TITLES,
    results.map((result) => rowOf(result)),
  )
  return [table, ...results.map((result) => remarksOf(result))].join('\n\n')
}

function rowOf({ drill, audit, sweeps, seconds }: DrillResult): readonly string[] {
  return [
    drill.name,
    shown(audit.wechat),
    shown(audit.orders),
    shown(audit.events),
    String(audit.received),
    String(audit.repeats),
    String(audit.deadLetters),
    String(sweeps),
    String(audit.lost.length),
    String(audit.doubled.length),
    String(audit.stuck.length),
    seconds.toFixed(1),
    isClean(audit) ? '✓' : '✗',
  ]
}

function shown({ payments, refunds }: View): string {
  return `${payments.total} of ${payments.count} / ${refunds.total} of ${refunds.count}`
}

function remarksOf({ drill, audit, notes }: DrillResult): string {
  const problems = [
    ...audit.lost.map((line) => `lost: ${line}`),
    ...audit.doubled.map((line) => `doubled: ${line}`),
    ...audit.stuck.map((line) => `stuck: ${line}`),
  ]
  const left = problems.length - SHOWN_PROBLEMS
  return [
    `${drill.name}: ${drill.title}`,
    ...notes.map((note) => `  ${note}`),
    ...problems.slice(0, SHOWN_PROBLEMS).map((line) => `  ✗ ${line}`),
    ...(left > 0 ? [`  ✗ and ${left} more`] : []),
    ...(audit.agree ? [] : ['  ✗ the three counts differ']),
  ].join('\n')
}
