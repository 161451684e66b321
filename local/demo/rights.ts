/** The last step of the demo: whether functions called what their roles allow, all of it and nothing else. */
import { callerOf } from '#local/lambda/function-environment.ts'
import { LOCAL_CREDENTIALS } from '#local/cloud/cloud.ts'
import { type AwsCall, awsCallOf } from '#local/cloud/aws-calls.ts'
import { watchRequests } from '#local/cloud/request-log.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { stackIdentity } from '#local/template/local-identity.ts'
import { rightsOf } from '#local/template/role-rights.ts'
import { createTemplateStack } from '#local/template/template-stack.ts'
import type { Scene } from './scene.ts'

/** One line each, as in `settle sns:Publish arn:…`. */
export interface Drift {
  /** Called, and no role allows it: on AWS it would have been refused. */
  readonly missing: readonly string[]
  /** Allowed, and never called. */
  readonly unused: readonly string[]
}

export interface OperationRight {
  readonly operation: string
  readonly action: string
  readonly resource: string
}

export interface RightsWatch {
  compare(): Promise<Drift>
  stop(): void
}

/** What Lambda does in the name of a function: its log, its traces and its queue. */
const BY_LAMBDA = /^(?:logs:|xray:|sqs:(?:ReceiveMessage|DeleteMessage|GetQueueAttributes)$)/

/** What a service does with the key of the stack in the name of whoever calls it. */
const WITH_THE_KEY: Readonly<Record<string, readonly string[]>> = {
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
  'secretsmanager:PutSecretValue': ['kms:Decrypt', 'kms:GenerateDataKey'],
  'sns:Publish': ['kms:Decrypt', 'kms:GenerateDataKey'],
}

/** They read facts for orders that a release before this one stored, and for numbers that are used again: the demo has none. */
const FOR_EARLIER_ORDERS =
  /^(?:close|hold|list|prepay|query|reconcile|refund|sweep) dynamodb:GetItem .*:table\/[^/]*TablesFacts[^/]*$/

/** They count what rules for refunds need, and refund gives the number of a lost race back: the stage has no rules, and the demo no race. */
const FOR_RULES_AND_RACES = /^(?:refund|settle) dynamodb:UpdateItem .*:table\/[^/]*TablesOrders[^/]*$/

export async function onlyWhatIsAllowed({ story }: Scene, watch: RightsWatch): Promise<void> {
  const drift = await watch.compare()
  await story.step(
    'Every function called what its role allows, all of it and nothing else',
    async (expect) => {
      expect.equal('no call that AWS would have refused', drift.missing, [])
      const unused = drift.unused.filter(
        (line) => !FOR_EARLIER_ORDERS.test(line) && !FOR_RULES_AND_RACES.test(line),
      )
      expect.equal('no right that nobody used', unused, [])
    },
  )
}

/** Listens from now on. */
export function watchRights(stack: LocalStack): RightsWatch {
  const identity = stackIdentity('', stack.description.region)
  const calls = new Map<string, AwsCall>()
  const stop = watchRequests((request) => {
    const call = awsCallOf(request, identity)
    if (call !== undefined) calls.set(JSON.stringify(call), call)
  })
  return {
    stop,
    compare: async () => driftOf(await operationRights(stack), operationCalls(stack, [...calls.values()])),
  }
}

/** Both ways. */
export function driftOf(rights: readonly OperationRight[], calls: readonly OperationRight[]): Drift {
  const called = [...new Set(calls.flatMap(withKeyUse).map(lineOf))]
  const allowed = rights.map(lineOf)
  return {
    missing: called.filter((call) => !allowed.some((right) => covers(right, call))).toSorted(),
    unused: rights
      .filter(({ action }) => !BY_LAMBDA.test(action))
      .map(lineOf)
      .filter((right) => !called.some((call) => covers(right, call)))
      .toSorted(),
  }
}

/** Of the objects of a bucket a right names the beginning. */
function covers(right: string, call: string): boolean {
  return right.endsWith('/*') ? call.startsWith(right.slice(0, -1)) : right === call
}

function withKeyUse(call: OperationRight): readonly OperationRight[] {
  const uses = WITH_THE_KEY[call.action] ?? []
  return [call, ...uses.map((action) => ({ ...call, action }))]
}

/** There is one key, whatever it is used for. */
function lineOf({ operation, action, resource }: OperationRight): string {
  return action.startsWith('kms:') ? `${operation} ${action}` : `${operation} ${action} ${resource}`
}

async function operationRights(stack: LocalStack): Promise<readonly OperationRight[]> {
  const { template, stackName } = await readCloudAssembly(stack.assembly)
  const { region, endpoints, api_url: apiUrl } = stack.description
  const identity = stackIdentity(stackName, region)
  const resolved = createTemplateStack(template, { identity, addresses: { sqsUrl: endpoints.sqs, apiUrl } })
  const operations = new Map(stack.lambda.functions.map(({ logicalId, operation }) => [logicalId, operation]))
  return rightsOf(resolved).map(({ functionId, ...right }) => ({
    ...right,
    operation: operations.get(functionId) ?? functionId,
  }))
}

function operationCalls(stack: LocalStack, calls: readonly AwsCall[]): readonly OperationRight[] {
  const operations = new Map(
    stack.lambda.functions.map(({ operation }) => [callerOf(LOCAL_CREDENTIALS, operation), operation]),
  )
  return calls.flatMap(({ caller, ...call }) => {
    const operation = operations.get(caller)
    return operation === undefined ? [] : [{ ...call, operation }]
  })
}
