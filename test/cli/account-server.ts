/** An AWS account as `preflight` sees it: STS, CloudFormation, Lambda, Service Quotas and tags behind one address, all read-only. */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { type Listening, listen } from '#simulator/listen.ts'

export interface AccountState {
  arn: string
  /** Status and outputs by the name of the stack. */
  stacks: Record<string, { readonly status: string; readonly outputs?: Record<string, string> }>
  concurrent: number
  runtimes: readonly string[]
  architectures: readonly string[]
  apiRate: number
  /** Of every table. */
  tables: {
    readonly recovery: 'ENABLED' | 'DISABLED'
    readonly isProtected: boolean
    /** The attribute by which items expire. */
    readonly expiry: string | undefined
  }
  tagged: readonly string[]
  /** Calls that are refused, with the code of the error. */
  refused: Record<string, string>
}

export interface AccountServer extends Listening {
  state: AccountState
  /** What was asked, as `GetCallerIdentity`. */
  readonly asked: string[]
}

export const FIT: AccountState = {
  arn: 'arn:aws-cn:sts::123456789012:assumed-role/Deployer/me',
  stacks: { CDKToolkit: { status: 'CREATE_COMPLETE', outputs: { BootstrapVersion: '28' } } },
  concurrent: 1000,
  runtimes: ['nodejs22.x', 'nodejs24.x'],
  architectures: ['x86_64', 'arm64'],
  apiRate: 10_000,
  tables: { recovery: 'ENABLED', isProtected: true, expiry: 'expires_at' },
  tagged: [],
  refused: {},
}

export async function startAccountServer(): Promise<AccountServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const call = callOf(request, body)
      asked.push(call.name)
      const { status, type, text } = answer(account.state, call)
      response.writeHead(status, { 'content-type': type }).end(text)
    })
  })
  const account: AccountServer = {
    ...(await listen(server, 0, 'the account of the tests')),
    state: FIT,
    asked,
  }
  return account
}

interface Call {
  readonly name: string
  readonly parameters: URLSearchParams
}

function callOf(request: IncomingMessage, body: string): Call {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
  const target = request.headers['x-amz-target']
  if (typeof target === 'string')
    return { name: target.split('.')[1]!, parameters: new URLSearchParams({ body }) }
  if (pathname.endsWith('/account-settings')) return { name: 'GetAccountSettings', parameters: searchParams }
  if (pathname.endsWith('/layers')) return { name: 'ListLayers', parameters: searchParams }
  const form = new URLSearchParams(body)
  return { name: form.get('Action') ?? '', parameters: form }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

const json = (value: object, status = 200): Answer => ({
  status,
  type: 'application/x-amz-json-1.1',
  text: JSON.stringify(value),
})
const xml = (text: string, status = 200): Answer => ({ status, type: 'text/xml', text })
const xmlError = (code: string): Answer =>
  xml(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`, 400)

function answer(state: AccountState, { name, parameters }: Call): Answer {
  const refused = state.refused[name]
  const asXml = name === 'GetCallerIdentity' || name === 'DescribeStacks'
  if (refused !== undefined) return asXml ? xmlError(refused) : json({ __type: refused }, 400)
  switch (name) {
    case 'GetCallerIdentity':
      return xml(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${state.arn}</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      )
    case 'DescribeStacks':
      return described(state, parameters.get('StackName') ?? '')
    case 'GetAccountSettings':
      return json({
        AccountLimit: {
          ConcurrentExecutions: state.concurrent,
          UnreservedConcurrentExecutions: state.concurrent,
        },
      })
    case 'ListLayers': {
      const [runtime, architecture] = [
        parameters.get('CompatibleRuntime'),
        parameters.get('CompatibleArchitecture'),
      ]
      const known =
        (runtime === null || state.runtimes.includes(runtime)) &&
        (architecture === null || state.architectures.includes(architecture))
      return known ? json({ Layers: [] }) : json({ __type: 'InvalidParameterValueException' }, 400)
    }
    case 'DescribeTable':
      return json({ Table: { DeletionProtectionEnabled: state.tables.isProtected } })
    case 'DescribeContinuousBackups': {
      const PointInTimeRecoveryDescription = {
        PointInTimeRecoveryStatus: state.tables.recovery,
        RecoveryPeriodInDays: 35,
      }
      return json({ ContinuousBackupsDescription: { PointInTimeRecoveryDescription } })
    }
    case 'DescribeTimeToLive': {
      const { expiry: AttributeName } = state.tables
      const TimeToLiveStatus = AttributeName === undefined ? 'DISABLED' : 'ENABLED'
      return json({ TimeToLiveDescription: { TimeToLiveStatus, AttributeName } })
    }
    case 'GetServiceQuota':
      return json({ Quota: { Value: state.apiRate } })
    case 'GetResources':
      return json({ ResourceTagMappingList: state.tagged.map((ResourceARN) => ({ ResourceARN })) })
    default:
      return json({ __type: 'UnknownOperationException' }, 404)
  }
}

function described({ stacks }: AccountState, name: string): Answer {
  const stack = stacks[name]
  if (stack === undefined) return xmlError('ValidationError')
  const outputs = Object.entries(stack.outputs ?? {}).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  )
  return xml(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${stack.status}</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  )
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
