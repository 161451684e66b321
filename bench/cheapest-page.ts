/** What docs/cost.md tells of the settings with which payments cost least. */
import { CHEAPEST, FEWER_LINES, savedBy, type Setting, SETTINGS } from './cheapest.ts'
import { usd } from './cost-tables.ts'
import { aMillion, aMillionCounted, type Kind, KINDS, TARGETS } from './cost-targets.ts'
import type { Run, Runs } from './cost-runs.ts'
import { total } from './bill.ts'

type Both = Pick<Runs, 'asItComes' | 'cheapest'>

export function cheapestSection({ asItComes, cheapest }: Both): string {
  const { scenario, paidPerSecond } = cheapest.played
  return `## What it costs least

Three choices, each for itself: how the [client](client.md) is made, and two [settings of the stage](deploy.md#settings-of-a-stage), or props of
the [construct](construct.md). In \`infra/stage/stages.ts\`: \`${settingsText()}\`.

${settingsTable({ asItComes, cheapest })}

Both columns played the same payments, ${scenario.perSecond} a second (${paidPerSecond.toFixed(1)} came about). With the window a batch of settle had ${batchOf(cheapest).toFixed(1)} facts, without it
${batchOf(asItComes).toFixed(1)}. A batch of _n_ facts saves _n_ − 1 of _n_ invocations and deletions; each message is still sent and mostly
received alone. ${KINDS.map((kind) => wordOf(kind, { asItComes, cheapest })).join(' ')}

\`firstLookSeconds: 300\` asks WeChat later about orders that are not paid: up to the tenth of looks that is in the tables, which a payment
whose notifications are all lost waits for. How many payers take longer than a minute, and longer than five, is for you to know; it is not counted here.
A merchant who waits for events instead of asking saves what the list below says. With a client at Lambda no throttle of the API holds
payments back: the concurrency of the account does.`
}

function wordOf(kind: Kind, both: Both): string {
  const { cheapest } = both
  const lines = saved(FEWER_LINES, kind, both)
  const least = total(aMillion(cheapest, kind))
  const met = least <= TARGETS[kind] ? 'met' : 'missed'
  return `The target of ${TARGETS[kind]} for a million ${kind} is ${met} with ${usd(least)}; with the lines of what went well it is ${usd(least + lines)}.`
}

function settingsText(): string {
  return Object.entries(CHEAPEST)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ')
}

/** How many facts came in one invocation of settle. */
function batchOf({ played: { payments } }: Run): number {
  return (payments.dynamoSteps['update payment fact']?.requests ?? 0) / (payments.invocations['settle'] ?? 1)
}

function saved(setting: Setting, kind: Kind, { asItComes, cheapest }: Both): number {
  const counted = { usual: aMillionCounted(asItComes, kind), least: aMillionCounted(cheapest, kind) }
  return savedBy(setting, { ...counted, accessLogBytes: asItComes.fixed.accessLogBytes })
}

function settingsTable(both: Both): string {
  const rows = SETTINGS.map((setting) => {
    const less = KINDS.map((kind) => usd(saved(setting, kind, both)))
    return `| ${[setting.setting, ...less, setting.price].join(' | ')} |`
  })
  return `| setting | less for a million payments | less for a million refunds | its price |\n| --- | ---: | ---: | --- |\n${rows.join('\n')}`
}
