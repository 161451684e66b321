/** An AWS account in one region, asked by calls that change nothing. */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation'
import {
  type Architecture,
  GetAccountSettingsCommand,
  LambdaClient,
  ListLayersCommand,
  type Runtime,
} from '@aws-sdk/client-lambda'
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { regionOf } from '#cli/stack/deployed-stack.ts'

export interface Identity {
  readonly account: string
  readonly arn: string
  /** The `Date` header of the answer. */
  readonly date: string | undefined
}

export interface FunctionLimits {
  /** Functions that may run at once. */
  readonly concurrent: number
  /** What no function has reserved of them. */
  readonly unreserved: number
}

export interface Account {
  readonly region: string
  identity(): Promise<Identity>
  /** @returns undefined when there is none of that name. */
  stack(name: string): Promise<Stack | undefined>
  functionLimits(): Promise<FunctionLimits>
  /** Whether Lambda takes a runtime or a processor for one that it has; it validates the filter of a list by them. */
  knows(what: { readonly runtime: Runtime } | { readonly architecture: Architecture }): Promise<boolean>
  quota(service: string, code: string): Promise<number | undefined>
  /** ARNs of what carries these tags. */
  tagged(tags: Readonly<Record<string, string>>): Promise<readonly string[]>
  close(): void
}

/** @throws CliError `usage` when no region is known. */
export async function openAccount(given: string | undefined): Promise<Account> {
  const cloudFormation = new CloudFormationClient(given === undefined ? {} : { region: given })
  const region = await regionOf(cloudFormation)
  const sts = new STSClient({ region })
  const lambda = new LambdaClient({ region })
  const quotas = new ServiceQuotasClient({ region })
  const tagging = new ResourceGroupsTaggingAPIClient({ region })
  return {
    region,
    identity: () => identityOf(sts),
    stack: (name) => stackOf(cloudFormation, name),
    functionLimits: () => limitsOf(lambda),
    knows: (what) => isKnown(lambda, what),
    async quota(ServiceCode, QuotaCode) {
      const { Quota } = await quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))
      return Quota?.Value
    },
    tagged: (tags) => taggedIn(tagging, tags),
    close: () => {
      for (const client of [cloudFormation, sts, lambda, quotas, tagging]) client.destroy()
    },
  }
}

async function identityOf(sts: STSClient): Promise<Identity> {
  let date: string | undefined
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      date = dateIn(result.response)
      return result
    },
    // Closest to the wire: also of an answer that refuses the call for our clock.
    { name: 'noteDate', step: 'deserialize', priority: 'low' },
  )
  const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
  return { account, arn, date }
}

function dateIn(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined
  return typeof headers.date === 'string' ? headers.date : undefined
}

async function stackOf(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return undefined
    throw error
  }
}

async function limitsOf(lambda: LambdaClient): Promise<FunctionLimits> {
  const { AccountLimit: limit } = await lambda.send(new GetAccountSettingsCommand({}))
  return {
    concurrent: limit?.ConcurrentExecutions ?? 0,
    unreserved: limit?.UnreservedConcurrentExecutions ?? 0,
  }
}

const UNKNOWN_VALUE = /^(?:InvalidParameterValueException|ValidationException)$/

async function isKnown(lambda: LambdaClient, what: Parameters<Account['knows']>[0]): Promise<boolean> {
  const filter =
    'runtime' in what ? { CompatibleRuntime: what.runtime } : { CompatibleArchitecture: what.architecture }
  try {
    await lambda.send(new ListLayersCommand({ ...filter, MaxItems: 1 }))
    return true
  } catch (error) {
    if (error instanceof Error && UNKNOWN_VALUE.test(error.name)) return false
    throw error
  }
}

async function taggedIn(
  client: ResourceGroupsTaggingAPIClient,
  tags: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const TagFilters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }))
  const arns: string[] = []
  for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, { TagFilters }))
    arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []))
  return arns
}
