/** `.local/stack.json`: everything that a client outside of this process needs to take part. */
import { LocalError } from './local-error.ts'
import type { FunctionDefinition } from './lambda/function-definition.ts'
import type { Credentials, ServiceEndpoints } from './cloud/service-endpoints.ts'
import type { TemplateStack } from './template/template-stack.ts'
import type { Simulator } from '#simulator/simulator.ts'

/** Names of tables, queues, topic and secrets, from the outputs of the stack. */
export interface StackResources {
  readonly tables: { readonly orders: string; readonly facts: string }
  /** URLs. */
  readonly queues: {
    readonly facts: string
    readonly facts_dead_letter: string
    readonly key_refresh: string
  }
  readonly topic_arn: string
  /** ARNs, which the service takes as ids. */
  readonly secrets: {
    readonly merchant_signing: string
    readonly apiv3_key: string
    readonly platform_keys: string
  }
}

/** What the simulator adds; absent when the stack runs without one. */
interface SimulatorDescription {
  readonly simulator_url: string
  readonly simulator_backup_url: string
  readonly control_url: string
  readonly merchant_serial: string
  readonly merchant_private_key_pem: string
  readonly apiv3_key: string
  readonly platform_serial: string
  readonly platform_certificate_pem: string
  readonly public_key_id: string
  readonly public_key_pem: string
}

export interface StackDescription extends StackResources, Partial<SimulatorDescription> {
  readonly pid: number
  readonly api_url: string
  /** `POST /fire/<rule or function>` and `POST /kill/<function>`. */
  readonly stack_control_url: string
  readonly mchid: string
  /** The first of the appids. */
  readonly appid: string
  readonly region: string
  readonly endpoints: ServiceEndpoints
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string }
  /** Names by operation. */
  readonly functions: Readonly<Record<string, string>>
}

/** Reads the names that the stack gives out. @throws LocalError naming the outputs that the template lacks. */
export function stackResources({ outputs }: TemplateStack): StackResources {
  const missing: string[] = []
  const output = (name: string): string => {
    const value = outputs[name]
    if (value === undefined) missing.push(name)
    return value ?? ''
  }
  const resources: StackResources = {
    tables: { orders: output('OrdersTableName'), facts: output('FactsTableName') },
    queues: {
      facts: output('FactQueueUrl'),
      facts_dead_letter: output('FactDeadLetterQueueUrl'),
      key_refresh: output('KeyRefreshQueueUrl'),
    },
    topic_arn: output('EventTopicArn'),
    secrets: {
      merchant_signing: output('MerchantSigningSecretArn'),
      apiv3_key: output('ApiV3KeySecretArn'),
      platform_keys: output('PlatformKeysSecretArn'),
    },
  }
  if (missing.length > 0) throw new LocalError(`the template has no output ${missing.join(', ')}`)
  return resources
}

/** mchid and appids, as the template gives them to the functions. @throws LocalError when it gives none. */
export function merchantOf(functions: readonly FunctionDefinition[]): {
  readonly mchid: string
  readonly appid: string
  readonly appids: readonly string[]
} {
  const variables = Object.assign({}, ...functions.map(({ environment }) => environment))
  const { WXPAY_MCHID: mchid, WXPAY_APPIDS: joined }: Readonly<Record<string, string | undefined>> = variables
  const appids = (joined ?? '').split(',')
  const [appid = ''] = appids
  if (mchid === undefined || appid === '')
    throw new LocalError('no function has WXPAY_MCHID and WXPAY_APPIDS')
  return { mchid, appid, appids }
}

interface DescriptionInput {
  readonly apiUrl: string
  readonly stackControlUrl: string
  readonly region: string
  readonly endpoints: ServiceEndpoints
  readonly credentials: Credentials
  readonly resources: StackResources
  readonly functions: readonly FunctionDefinition[]
  readonly simulator: Simulator | undefined
}

/** Puts the description together. */
export function describeStack(input: DescriptionInput): StackDescription {
  const { mchid, appid } = merchantOf(input.functions)
  return {
    pid: process.pid,
    api_url: input.apiUrl,
    stack_control_url: input.stackControlUrl,
    mchid,
    appid,
    ...(input.simulator && describeSimulator(input.simulator)),
    region: input.region,
    endpoints: input.endpoints,
    credentials: {
      access_key_id: input.credentials.accessKeyId,
      secret_access_key: input.credentials.secretAccessKey,
    },
    ...input.resources,
    functions: Object.fromEntries(input.functions.map(({ operation, name }) => [operation, name])),
  }
}

function describeSimulator(simulator: Simulator): SimulatorDescription {
  const { merchant, platform, public_key: publicKey, apiv3_key } = simulator.keys()
  const { serial_no = '', private_key_pem } = merchant.at(-1) ?? {}
  const certificate = platform.certificates.find(
    (candidate) => candidate.serial_no === platform.signing_serial_no,
  )
  return {
    simulator_url: simulator.url,
    simulator_backup_url: simulator.backupUrl,
    control_url: simulator.controlUrl,
    merchant_serial: serial_no,
    merchant_private_key_pem: private_key_pem ?? '',
    apiv3_key,
    platform_serial: platform.signing_serial_no,
    platform_certificate_pem: certificate?.certificate_pem ?? '',
    public_key_id: publicKey.id,
    public_key_pem: publicKey.public_key_pem,
  }
}
