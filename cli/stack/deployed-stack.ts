/** Reads the outputs of a deployed CloudFormation stack. */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { Connection, StackDescription } from './stack-description.ts'

/** Output of the stack for each value; infra/stack.ts gives them these names. */
const OUTPUTS = {
  api_url: 'ApiUrl',
  mchid: 'Mchid',
  wechat_url: 'WechatApiUrl',
  wechat_backup_url: 'WechatApiBackupUrl',
  notify_url: 'NotifyPaymentUrl',
  orders: 'OrdersTableName',
  facts: 'FactsTableName',
  fact_queue: 'FactQueueUrl',
  dead_letter: 'FactDeadLetterQueueUrl',
  key_refresh: 'KeyRefreshQueueUrl',
  merchant_signing: 'MerchantSigningSecretArn',
  apiv3_key: 'ApiV3KeySecretArn',
  platform_keys: 'PlatformKeysSecretArn',
} as const

type OutputKey = keyof typeof OUTPUTS

/** States in which the resources of a stack are there. */
const USABLE = /^(?:CREATE_COMPLETE|UPDATE_.*|ROLLBACK_COMPLETE|IMPORT_.*COMPLETE|REVIEW_IN_PROGRESS)$/

/**
 * Asks CloudFormation for the stack.
 *
 * @throws CliError `unreachable` when the region has no CloudFormation, the stack does not exist, or an output is missing.
 */
export async function describeDeployedStack(name: string, region: string | undefined): Promise<Connection> {
  const client = new CloudFormationClient(region === undefined ? {} : { region })
  try {
    const usedRegion = await regionOf(client)
    const stack = await find(client, { name, region: usedRegion })
    return {
      description: describeOutputs(name, { region: usedRegion, outputs: outputsOf(stack) }),
      options: { region: usedRegion },
      endpoints: {},
    }
  } finally {
    client.destroy()
  }
}

/** Puts a description together from the outputs. @throws CliError naming every output that is missing. */
export function describeOutputs(
  name: string,
  { region, outputs }: { readonly region: string; readonly outputs: ReadonlyMap<string, string> },
): StackDescription {
  const missing: string[] = []
  const read = (key: OutputKey): string => {
    const value = outputs.get(OUTPUTS[key])
    if (value === undefined) missing.push(OUTPUTS[key])
    return value ?? ''
  }
  const description: StackDescription = {
    name,
    region,
    api_url: read('api_url'),
    mchid: read('mchid'),
    wechatUrls: [read('wechat_url'), read('wechat_backup_url')],
    notifyUrl: read('notify_url'),
    tables: { orders: read('orders'), facts: read('facts') },
    queues: {
      facts: read('fact_queue'),
      facts_dead_letter: read('dead_letter'),
      key_refresh: read('key_refresh'),
    },
    secrets: {
      merchant_signing: read('merchant_signing'),
      apiv3_key: read('apiv3_key'),
      platform_keys: read('platform_keys'),
    },
  }
  if (missing.length === 0) return description
  throw new CliError(
    'unreachable',
    `the stack ${name} has no output ${missing.join(', ')}`,
    'name the payment stack of this project, or deploy the release that this command line belongs to',
  )
}

async function regionOf(client: CloudFormationClient): Promise<string> {
  try {
    return await client.config.region()
  } catch (cause) {
    throw new CliError(
      'usage',
      'no AWS region is known',
      'give --region, or set AWS_REGION or a region in your AWS profile',
      { cause },
    )
  }
}

async function find(
  client: CloudFormationClient,
  { name, region }: { readonly name: string; readonly region: string },
): Promise<Stack> {
  let stack: Stack | undefined
  try {
    stack = (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]
  } catch (cause) {
    throw explained(cause, { name, region })
  }
  if (stack === undefined) throw noSuchStack(name, region)
  if (!USABLE.test(stack.StackStatus ?? '')) {
    throw new CliError(
      'unreachable',
      `the stack ${name} in ${region} is in the state ${stack.StackStatus ?? 'unknown'}`,
      'look at its events in CloudFormation and finish the deployment first',
    )
  }
  return stack
}

function explained(
  cause: unknown,
  { name, region }: { readonly name: string; readonly region: string },
): unknown {
  if (!(cause instanceof Error)) return cause
  if (cause.name === 'ValidationError') return noSuchStack(name, region, cause)
  if ('code' in cause && cause.code === 'ENOTFOUND') {
    return new CliError(
      'unreachable',
      `CloudFormation has no endpoint in the region ${region}, or its name cannot be resolved from here`,
      'check the spelling of the region (as in us-east-1 or cn-north-1) and the network',
      { cause },
    )
  }
  return cause
}

function noSuchStack(name: string, region: string, cause?: unknown): CliError {
  return new CliError(
    'unreachable',
    `there is no stack ${name} in ${region} for these credentials`,
    'aws cloudformation list-stacks shows what there is; check --stack, --region and the account (aws sts get-caller-identity)',
    cause === undefined ? undefined : { cause },
  )
}

function outputsOf({ Outputs: outputs = [] }: Stack): ReadonlyMap<string, string> {
  return new Map(outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]))
}
