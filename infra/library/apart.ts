/** What two payment systems must not have together, although each could be handed over. */
import { propOf } from '#infra/channels/channels.ts'
import type { PaymentSystem } from './payment-system.ts'

export interface Placed {
  readonly path: string
  readonly system: PaymentSystem
}

/**
 * The sweep of one would drive orders of the other under the wrong merchant, a queue would wake up the wrong function, and a secret has one
 * list of readers. Key, topics and bucket may be shared.
 *
 * @returns one sentence for each
 */
export function sharedWith(placed: Placed, others: readonly Placed[]): readonly string[] {
  return others.flatMap((other) => {
    const theirs = new Map(alone(other.system))
    return alone(placed.system)
      .filter(([prop, arn]) => theirs.get(prop) === arn)
      .map(([prop]) => `${prop} is that of ${other.path} (leave it out, or hand over another)`)
  })
}

function alone({
  tables,
  queues,
  secrets,
}: PaymentSystem): ReadonlyArray<readonly [prop: string, arn: string]> {
  const { keyRefresh } = queues
  return [
    ['ordersTable', tables.orders.tableArn],
    ['factsTable', tables.facts.tableArn],
    ['factQueue', queues.facts.queueArn],
    ['factDeadLetterQueue', queues.factsDeadLetter.queueArn],
    ...(keyRefresh === undefined ? [] : [['keyRefreshQueue', keyRefresh.queueArn] as const]),
    ...secrets.made.map(({ name, arn }) => [propOf(name), arn] as const),
  ]
}
