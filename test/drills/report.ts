/** The table of a run of drills, and below it whatever was wrong. */
import { textTable } from '#local/demo/tables.ts'
import type { Audit } from './audit.ts'
import type { View } from './channel-side.ts'
import type { DrillResult } from './drill.ts'

/** What a drill on a stack counts. */
const COUNTED = [
  'paid / refunded (fen)',
  'orders',
  'events',
  'received',
  'repeats',
  'dead letters',
  'sweeps',
  'lost',
  'doubled',
  'stuck',
]
const TITLES = ['drill', ...COUNTED, 'seconds', '']
const SHOWN_PROBLEMS = 10

export function reportOf(results: readonly DrillResult[]): string {
  const table = textTable(
    TITLES,
    results.map((result) => rowOf(result)),
  )
  return [table, ...results.map((result) => remarksOf(result))].join('\n\n')
}

function rowOf({ drill, audit, sweeps, seconds, problems }: DrillResult): readonly string[] {
  const counts =
    audit === undefined
      ? COUNTED.map(() => '-')
      : [
          shownOf(audit, 'theirs'),
          shownOf(audit, 'orders'),
          shownOf(audit, 'events'),
          String(audit.received),
          String(audit.repeats),
          String(audit.deadLetters),
          String(sweeps),
          String(audit.lost.length),
          String(audit.doubled.length),
          String(audit.stuck.length),
        ]
  return [drill.name, ...counts, seconds.toFixed(1), problems.length === 0 ? '✓' : '✗']
}

/** Of the channels that took anything. */
function shownOf({ channels }: Audit, side: 'theirs' | 'orders' | 'events'): string {
  const used = channels.filter(({ theirs, orders }) => theirs.payments.count + orders.payments.count > 0)
  return used.map((channel) => `${channel.provider} ${shown(channel[side])}`).join(', ')
}

function shown({ payments, refunds }: View): string {
  return `${payments.total} of ${payments.count} / ${refunds.total} of ${refunds.count}`
}

function remarksOf({ drill, notes, problems }: DrillResult): string {
  const left = problems.length - SHOWN_PROBLEMS
  return [
    `${drill.name}: ${drill.title}`,
    ...notes.map((note) => `  ${note}`),
    ...problems.slice(0, SHOWN_PROBLEMS).map((line) => `  ✗ ${line}`),
    ...(left > 0 ? [`  ✗ and ${left} more`] : []),
  ].join('\n')
}
