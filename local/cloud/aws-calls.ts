/** What a request to a local service is for IAM: who makes it, which action it is, and on which resource. */
import * as v from 'valibot'
import { arn, LOCAL_ACCOUNT, type StackIdentity } from '#local/template/local-identity.ts'
import type { AnsweredRequest } from './request-log.ts'

export interface AwsCall {
  /** The access key that signed it. */
  readonly caller: string
  /** As in `dynamodb:GetItem`. */
  readonly action: string
  readonly resource: string
}

/** `…Credential=local-settle/20260101/us-east-1/dynamodb/aws4_request, …` */
const CREDENTIAL = /Credential=([^/]+)\/\d{8}\/[^/]+\/([a-z0-9]+)\//

const Subject = v.object({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  QueueUrl: v.optional(v.string()),
  SecretId: v.optional(v.string()),
  TopicArn: v.optional(v.string()),
})
type Subject = v.InferOutput<typeof Subject>

/** @returns undefined for what is no signed call of AWS. */
export function awsCallOf(request: AnsweredRequest, identity: StackIdentity): AwsCall | undefined {
  const [, caller, service] = CREDENTIAL.exec(request.authorization) ?? []
  if (caller === undefined || service === undefined) return undefined
  if (service === 's3') return { caller, ...objectCall(request, identity) }
  // SNS is called by forms, all others by JSON with the operation in a header.
  const form = request.target === '' ? new URLSearchParams(request.body) : undefined
  const operation = form?.get('Action') ?? request.target.split('.').at(-1) ?? ''
  const given: unknown = form === undefined ? jsonOf(request.body) : Object.fromEntries(form)
  const subject = v.safeParse(Subject, given)
  if (!subject.success) return undefined
  return { caller, action: `${service}:${operation}`, resource: resourceOf(subject.output, identity) }
}

/** Objects are named by paths, and what is done to them by the method. */
function objectCall(
  { method, path }: AnsweredRequest,
  { partition }: StackIdentity,
): Omit<AwsCall, 'caller'> {
  const verb = method.slice(0, 1) + method.slice(1).toLowerCase()
  const [name = ''] = path.split('?', 1)
  return {
    action: `s3:${verb}Object`,
    resource: `arn:${partition}:s3:::${decodeURIComponent(name).slice(1)}`,
  }
}

function resourceOf(
  { TableName: table, IndexName: index, QueueUrl: queue, SecretId: secret, TopicArn: topic }: Subject,
  identity: StackIdentity,
): string {
  if (table !== undefined)
    return arn(identity, 'dynamodb', `table/${table}${index === undefined ? '' : `/index/${index}`}`)
  // The SQS emulator calls its partition `aws` in every region.
  if (queue !== undefined)
    return `arn:aws:sqs:${identity.region}:${LOCAL_ACCOUNT}:${queue.split('/').at(-1) ?? ''}`
  return secret ?? topic ?? ''
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
