/** What a stage has once, however many channels: it is kept under the account of the first of them. */
import { systemClock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Logger } from '#shared/log.ts'
import { parseRefundRules } from '#shared/refund-rules.ts'
import { createDynamoRefundCounts } from '#shared/stores/dynamo-refund-counts.ts'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import { createSwitches } from '#shared/switches.ts'
import { stageAccount } from './accounts.ts'
import type { ChannelEnvironment } from './environment.ts'
import { dynamoDb } from './dynamo-port.ts'

interface SwitchEnvironment extends ChannelEnvironment<'WXPAY_MCHID'> {
  readonly ORDERS_TABLE_NAME: string
}

/** For functions that can be paused, or call a channel for those that can. */
export function switchPorts(env: SwitchEnvironment, logger: Logger) {
  const board = createDynamoSwitches({
    client: dynamoDb(),
    tableName: env.ORDERS_TABLE_NAME,
    mchid: stageAccount(env),
  })
  return { board, switches: createSwitches({ source: board, clock: systemClock, logger }) }
}

interface RuleEnvironment extends SwitchEnvironment {
  readonly WXPAY_REFUND_RULES: string
}

/** For functions that hold refunds for people, or count what the rules need. */
export function refundRulePorts(env: RuleEnvironment) {
  const rules = parseRefundRules(env.WXPAY_REFUND_RULES)
  if (rules === undefined) throw new AppError('config_invalid', 'WXPAY_REFUND_RULES must be rules as JSON')
  const counts = createDynamoRefundCounts({
    client: dynamoDb(),
    tableName: env.ORDERS_TABLE_NAME,
    mchid: stageAccount(env),
  })
  return { rules, counts }
}
