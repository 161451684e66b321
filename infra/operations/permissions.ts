/** What each function may do, and on what: exact actions on exact resources, which follow from what its operation needs. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { DECRYPT, ENCRYPT, type EncryptingService, viaService } from './key-use.ts'
import type { SecretName } from '#infra/channels/channels.ts'
import { NEEDS } from '#shared/needs.ts'
import type { Need, Resource } from '#shared/needs.ts'
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'

/** Secrets that the table of operations knows. */
type Secret = Extract<Resource, SecretName>

const READ_SECRET = ['secretsmanager:GetSecretValue']
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

/** What each need takes. */
const ACTIONS: Readonly<Record<Need, readonly string[]>> = {
  readOrders: ['dynamodb:GetItem'],
  writeOrders: ['dynamodb:PutItem'],
  updateOrders: ['dynamodb:UpdateItem'],
  listDueOrders: ['dynamodb:Query'],
  listOrdersOfDay: ['dynamodb:Query'],
  listHeldOrders: ['dynamodb:Query'],
  readFacts: ['dynamodb:GetItem'],
  storeFacts: ['dynamodb:PutItem'],
  updateFacts: ['dynamodb:UpdateItem'],
  listPendingFacts: ['dynamodb:Query'],
  dispatchFacts: ['sqs:SendMessage'],
  receiveFacts: CONSUME,
  requestKeyRefresh: ['sqs:SendMessage'],
  receiveKeyRefresh: CONSUME,
  publishEvents: ['sns:Publish'],
  keepReports: ['s3:GetObject', 's3:PutObject'],
  readMerchantSigning: READ_SECRET,
  readApiV3Key: READ_SECRET,
  readApiV2Key: READ_SECRET,
  readPlatformKeys: READ_SECRET,
  writePlatformKeys: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
}

interface Grant {
  readonly on: Resource
  readonly actions: readonly string[]
}

/** One grant a resource. */
function grantsOf(operation: Operation): readonly Grant[] {
  const { needs } = OPERATION_TABLE[operation]
  const used = [...new Set(needs.map((need) => NEEDS[need].on))]
  return used.map((on) => ({
    on,
    actions: needs.filter((need) => NEEDS[need].on === on).flatMap((need) => ACTIONS[need]),
  }))
}

/** Which service encrypts a resource under the key of the stack; all others have keys that need no grant. */
const ENCRYPTED_BY: Readonly<Record<Secret | 'eventTopic', EncryptingService>> &
  Partial<Record<Resource, EncryptingService>> = {
  merchantSigning: 'secretsmanager',
  apiV3Key: 'secretsmanager',
  apiV2Key: 'secretsmanager',
  platformKeys: 'secretsmanager',
  eventTopic: 'sns',
}

/** Actions whose data the service has to encrypt, and not only to decrypt. */
const WRITES = new Set(['secretsmanager:PutSecretValue', 'sns:Publish'])

export interface PolicyPlace {
  /** ARNs of this stack. @default it has none, and nothing is granted */
  readonly resources: Readonly<Record<Resource, string | undefined>>
  /** What each service encrypts under. @default a key that needs no grant */
  readonly keys: Readonly<Record<EncryptingService, string | undefined>>
  /** @default known at deployment only */
  readonly region: string | undefined
}

/** The policy statements of an operation; those for the key follow from the grants. */
export function policyOf(operation: Operation, place: PolicyPlace): PolicyStatement[] {
  const grants = grantsOf(operation).flatMap((grant) => {
    const arn = place.resources[grant.on]
    return arn === undefined ? [] : [{ ...grant, arn }]
  })
  return [
    ...grants.map(({ arn, actions }) => new PolicyStatement({ actions: [...actions], resources: [arn] })),
    ...keyStatements(grants, place),
  ]
}

/** Whether an operation reads a secret. */
export function readsSecret(operation: Operation, secret: SecretName): boolean {
  return grantsOf(operation).some(
    ({ on, actions }) => on === secret && actions.some((action) => READ_SECRET.includes(action)),
  )
}

/** One statement a service, which the key can be used through for what is granted and for nothing else. */
function keyStatements(grants: readonly Grant[], { keys, region }: PolicyPlace): PolicyStatement[] {
  return (['secretsmanager', 'sns'] as const).flatMap((service) => {
    const through = grants.filter(({ on }) => ENCRYPTED_BY[on] === service)
    const key = keys[service]
    if (through.length === 0 || key === undefined) return []
    const writes = through.some(({ actions }) => actions.some((action) => WRITES.has(action)))
    return [
      new PolicyStatement({
        actions: writes ? ENCRYPT : DECRYPT,
        resources: [key],
        conditions: {
          StringEquals: {
            'kms:ViaService': viaService(service, region),
            'kms:CallerAccount': Aws.ACCOUNT_ID,
          },
        },
      }),
    ]
  })
}
