/** Reads the outputs of a deployed CloudFormation stack. */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation'
import { CliError } from '#cli/terminal/cli-error.ts'
import { commonResources, createOutputReader, wechatResources } from '#local/stack-description.ts'
import type { OutputReader } from '#local/stack-description.ts'
import type { AlipayOfStack, Connection, KnownStack, WechatOfStack } from './known-stack.ts'
import { constructsIn, outputsOfConstruct, parseStackName } from './stack-name.ts'

/** The alias that every caller calls (infra/operations/operations.ts). */
const LIVE = 'live'

/** States in which the resources of a stack are there; after ROLLBACK_COMPLETE, of a creation that failed, they are not. */
const USABLE = /^(?:CREATE_COMPLETE|UPDATE_.*|IMPORT_.*COMPLETE)$/

/**
 * Asks CloudFormation for the stack.
 *
 * @throws CliError `unreachable` when the region has no CloudFormation, the stack does not exist, or an output is missing.
 */
export async function describeDeployedStack(name: string, region: string | undefined): Promise<Connection> {
  const client = new CloudFormationClient(region === undefined ? {} : { region })
  try {
    const usedRegion = await regionOf(client)
    const found = await find(client, { name: parseStackName(name).stack, region: usedRegion })
    return {
      stack: describeOutputs(name, { region: usedRegion, outputs: outputsOf(found) }),
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
): KnownStack {
  const { stack: stackName, construct } = parseStackName(name)
  const own = outputsOfConstruct(construct, outputs)
  const reader = createOutputReader((output) => own.get(output))
  const { read, missing } = reader
  const stack: KnownStack = {
    name,
    region,
    api_url: read('ApiUrl'),
    ...channelsOf(reader),
    accountConcurrency: Number(read('AccountConcurrency')),
    functionNames: [...own].flatMap(([output, value]) => (output.startsWith('Function') ? [value] : [])),
    functions: { reconcile: `${read('FunctionReconcile')}:${LIVE}` },
    ...commonResources(reader),
  }
  if (missing.length === 0) return stack
  throw new CliError(
    'unreachable',
    `the stack ${stackName} has no output ${missing.map((output) => `${construct}${output}`).join(', ')}`,
    toName(stackName, constructsIn(outputs.keys())),
  )
}

/** By one output of each; a stack without either is none of this project's. */
function channelsOf(reader: OutputReader): Pick<KnownStack, 'wechat' | 'alipay'> {
  const has = {
    wechat: reader.find('Mchid') !== undefined,
    alipay: reader.find('NotifyAlipayUrl') !== undefined,
  }
  return {
    ...(has.wechat || !has.alipay ? { wechat: wechatOf(reader) } : {}),
    ...(has.alipay ? { alipay: alipayOf(reader) } : {}),
  }
}

function wechatOf(reader: OutputReader): WechatOfStack {
  const { read } = reader
  const mchid = read('Mchid')
  const wechatUrls = [read('WechatApiUrl'), read('WechatApiBackupUrl')] as const
  const notifyUrl = read('NotifyPaymentUrl')
  const { key_refresh: keyRefreshUrl, secrets } = wechatResources(reader)
  return { mchid, wechatUrls, notifyUrl, keyRefreshUrl, secrets }
}

function alipayOf({ read }: OutputReader): AlipayOfStack {
  return {
    appId: read('AlipayAppId'),
    gatewayUrl: read('AlipayGatewayUrl'),
    notifyUrl: read('NotifyAlipayUrl'),
    secrets: { signing: read('AlipaySigningSecretArn'), keys: read('AlipayKeysSecretArn') },
  }
}

function toName(stack: string, constructs: readonly string[]): string {
  const release = 'deploy the release that this command line belongs to'
  if (constructs.length === 0) return `name the payment stack of this project, or ${release}`
  return `name ${constructs.map((construct) => `${stack}:${construct}`).join(' or ')}, or ${release}`
}

/** @throws CliError `usage` when neither the client nor the environment names one. */
export async function regionOf(client: CloudFormationClient): Promise<string> {
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
