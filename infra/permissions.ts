/** What each function may do, and on what: exact actions on exact resources, and the only source of permissions. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Operation } from './operations.ts'

/** Everything that a function can be allowed to touch. */
export type Resource =
  | 'orders'
  | 'ordersDue'
  | 'facts'
  | 'factsPending'
  | 'factQueue'
  | 'keyRefreshQueue'
  | 'eventTopic'
  | 'merchantSigning'
  | 'apiV3Key'
  | 'platformKeys'

export interface Grant {
  readonly on: Resource
  readonly actions: readonly string[]
}

const READ_SECRET = ['secretsmanager:GetSecretValue']
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

/** To call WeChat: sign the request, verify the answer. */
const CALL_WECHAT: readonly Grant[] = [
  { on: 'merchantSigning', actions: READ_SECRET },
  { on: 'platformKeys', actions: READ_SECRET },
]

/** To record what WeChat said: store the fact (a refused write brings back what is there already), wake settle up. */
const RECORD_FACTS: readonly Grant[] = [
  { on: 'facts', actions: ['dynamodb:PutItem'] },
  { on: 'factQueue', actions: ['sqs:SendMessage'] },
]

const READ_WRITE_ORDERS: Grant = { on: 'orders', actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] }

export const GRANTS: Readonly<Record<Operation, readonly Grant[]>> = {
  prepay: [READ_WRITE_ORDERS, ...CALL_WECHAT],
  query: [READ_WRITE_ORDERS, ...RECORD_FACTS, ...CALL_WECHAT],
  close: [{ on: 'orders', actions: ['dynamodb:GetItem'] }, ...RECORD_FACTS, ...CALL_WECHAT],
  refund: [READ_WRITE_ORDERS, ...RECORD_FACTS, ...CALL_WECHAT],
  // To read the fact that a person accepts.
  hold: [READ_WRITE_ORDERS, { on: 'facts', actions: ['dynamodb:GetItem'] }, ...RECORD_FACTS],
  notify: [
    ...RECORD_FACTS,
    { on: 'keyRefreshQueue', actions: ['sqs:SendMessage'] },
    { on: 'apiV3Key', actions: READ_SECRET },
    { on: 'platformKeys', actions: READ_SECRET },
  ],
  settle: [
    READ_WRITE_ORDERS,
    { on: 'facts', actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
    { on: 'eventTopic', actions: ['sns:Publish'] },
    { on: 'factQueue', actions: CONSUME },
  ],
  'rotate-certs': [
    { on: 'merchantSigning', actions: READ_SECRET },
    { on: 'apiV3Key', actions: READ_SECRET },
    { on: 'platformKeys', actions: [...READ_SECRET, 'secretsmanager:PutSecretValue'] },
    { on: 'keyRefreshQueue', actions: CONSUME },
  ],
  sweep: [
    // To claim a fact before it is dispatched again.
    { on: 'facts', actions: ['dynamodb:UpdateItem'] },
    { on: 'factsPending', actions: ['dynamodb:Query'] },
    { on: 'ordersDue', actions: ['dynamodb:Query'] },
    READ_WRITE_ORDERS,
    ...RECORD_FACTS,
    ...CALL_WECHAT,
  ],
}

/** The policy statements of an operation, with the ARNs of this stack. */
export function policyOf(operation: Operation, arns: Readonly<Record<Resource, string>>): PolicyStatement[] {
  return GRANTS[operation].map(
    ({ on, actions }) => new PolicyStatement({ actions: [...actions], resources: [arns[on]] }),
  )
}
