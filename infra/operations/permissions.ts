/** What each function may do, and on what: exact actions on exact resources, and the only source of permissions. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { DECRYPT, ENCRYPT, type EncryptingService, viaService } from '#infra/constructs/stack-key.ts'
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

/** Which service encrypts a resource under the key of the stack; all others have keys that need no grant. */
const ENCRYPTED_BY: Partial<Readonly<Record<Resource, EncryptingService>>> = {
  merchantSigning: 'secretsmanager',
  apiV3Key: 'secretsmanager',
  platformKeys: 'secretsmanager',
  eventTopic: 'sns',
}

/** Actions whose data the service has to encrypt, and not only to decrypt. */
const WRITES = new Set(['secretsmanager:PutSecretValue', 'sns:Publish'])

export interface PolicyArns {
  readonly resources: Readonly<Record<Resource, string>>
  readonly key: string
}

/** The policy statements of an operation, with the ARNs of this stack; those for the key follow from the grants. */
export function policyOf(operation: Operation, arns: PolicyArns): PolicyStatement[] {
  const grants = GRANTS[operation]
  return [
    ...grants.map(
      ({ on, actions }) => new PolicyStatement({ actions: [...actions], resources: [arns.resources[on]] }),
    ),
    ...keyStatements(grants, arns.key),
  ]
}

/** The secrets that an operation reads. */
export function readsSecret(operation: Operation, secret: Resource): boolean {
  return GRANTS[operation].some(
    ({ on, actions }) => on === secret && actions.some((action) => READ_SECRET.includes(action)),
  )
}

/** One statement a service, which the key can be used through for what is granted and for nothing else. */
function keyStatements(grants: readonly Grant[], key: string): PolicyStatement[] {
  return (['secretsmanager', 'sns'] as const).flatMap((service) => {
    const through = grants.filter(({ on }) => ENCRYPTED_BY[on] === service)
    if (through.length === 0) return []
    const writes = through.some(({ actions }) => actions.some((action) => WRITES.has(action)))
    return [
      new PolicyStatement({
        actions: writes ? ENCRYPT : DECRYPT,
        resources: [key],
        conditions: {
          StringEquals: { 'kms:ViaService': viaService(service), 'kms:CallerAccount': Aws.ACCOUNT_ID },
        },
      }),
    ]
  })
}
