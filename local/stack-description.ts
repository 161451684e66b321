/** `.local/stack.json`, as the local stack writes it and clients outside of its process read it. */
import * as v from 'valibot'

/** What the simulator adds; absent when the stack runs without one. */
const SimulatorFields = v.object({
  simulator_url: v.string(),
  simulator_backup_url: v.string(),
  control_url: v.string(),
  payer_url: v.string(),
  merchant_serial: v.string(),
  merchant_private_key_pem: v.string(),
  apiv3_key: v.string(),
  platform_serial: v.string(),
  platform_certificate_pem: v.string(),
  public_key_id: v.string(),
  public_key_pem: v.string(),
})

/** Of a stack that has Alipay; its levers are in the simulator's control API. */
const AlipayFields = v.object({
  alipay_app_id: v.string(),
  alipay_seller_id: v.string(),
  alipay_gateway_url: v.string(),
  alipay_app_private_key_pem: v.string(),
  alipay_public_key_pem: v.string(),
})

const WechatSecrets = v.object({
  merchant_signing: v.string(),
  apiv3_key: v.string(),
  apiv2_key: v.string(),
  platform_keys: v.string(),
})

export type WechatSecrets = v.InferOutput<typeof WechatSecrets>

export type AlipayDescription = v.InferOutput<typeof AlipayFields>

export type SimulatorDescription = v.InferOutput<typeof SimulatorFields>

export const StackDescription = v.object({
  pid: v.number(),
  api_url: v.string(),
  /** `POST /fire/<rule or function>` and `POST /kill/<function>`. */
  stack_control_url: v.string(),
  /** The account that keys, facts and orders have as theirs: WeChat's merchant number, or that of the app where Alipay is alone. */
  mchid: v.string(),
  /** The first of the appids, or the app of Alipay where it is alone. */
  appid: v.string(),
  ...v.partial(SimulatorFields).entries,
  ...v.partial(AlipayFields).entries,
  region: v.string(),
  endpoints: v.object({
    dynamodb: v.string(),
    sqs: v.string(),
    sns: v.string(),
    secretsmanager: v.string(),
    s3: v.string(),
    /** For calls without the HTTP API. */
    lambda: v.string(),
    /** What else operators ask AWS: identity, outputs, logs, functions. */
    operator: v.string(),
  }),
  credentials: v.object({ access_key_id: v.string(), secret_access_key: v.string() }),
  tables: v.object({ orders: v.string(), facts: v.string() }),
  /** URLs. */
  queues: v.object({
    facts: v.string(),
    facts_dead_letter: v.string(),
    /** Of a stack with WeChat Pay. */
    key_refresh: v.optional(v.string()),
  }),
  /** Names. */
  buckets: v.object({ reports: v.string() }),
  topic_arn: v.string(),
  /** ARNs, which the service takes as ids: those of the channels that the stack has. */
  secrets: v.object({
    ...v.partial(WechatSecrets).entries,
    alipay_signing: v.optional(v.string()),
    alipay_keys: v.optional(v.string()),
  }),
  /** Names by operation. */
  functions: v.record(v.string(), v.string()),
  /** What merchants may invoke at Lambda, as the output has it: the client's option `functions`. */
  merchant_functions: v.optional(v.string()),
})

export type StackDescription = v.InferOutput<typeof StackDescription>

/** Names that a stack gives out, wherever it runs. */
export type StackResources = Pick<StackDescription, 'tables' | 'queues' | 'buckets' | 'secrets'>

/** Whether a stack takes payments of WeChat Pay; one that does not has Alipay alone. */
export function hasWechat<Stack extends Pick<StackDescription, 'secrets'>>(
  stack: Stack,
): stack is Stack & { readonly secrets: WechatSecrets } {
  return stack.secrets.merchant_signing !== undefined
}

/** Reads the outputs of a stack, and remembers those that it lacks. */
export interface OutputReader {
  readonly read: (name: string) => string
  /** One that not every stack has. */
  readonly find: (name: string) => string | undefined
  readonly missing: readonly string[]
}

export function createOutputReader(find: (name: string) => string | undefined): OutputReader {
  const missing: string[] = []
  const read = (name: string): string => {
    const value = find(name)
    if (value === undefined) missing.push(name)
    return value ?? ''
  }
  return { read, find, missing }
}

/** The resources by the outputs that infra/library/outputs.ts gives their names. */
export function stackResources(reader: OutputReader): StackResources {
  const { queues, ...common } = commonResources(reader)
  const alipay = alipaySecrets(reader)
  const isAlone = alipay.alipay_keys !== undefined && reader.find('MerchantSigningSecretArn') === undefined
  if (isAlone) return { ...common, queues, secrets: alipay }
  const { key_refresh, secrets } = wechatResources(reader)
  return { ...common, queues: { ...queues, key_refresh }, secrets: { ...secrets, ...alipay } }
}

/** What every stack has, whoever takes the money. */
export function commonResources({ read }: OutputReader) {
  return {
    tables: { orders: read('OrdersTableName'), facts: read('FactsTableName') },
    queues: { facts: read('FactQueueUrl'), facts_dead_letter: read('FactDeadLetterQueueUrl') },
    buckets: { reports: read('ReportsBucketName') },
  }
}

/** What a stack with WeChat Pay has beside. */
export function wechatResources({ read }: OutputReader) {
  return {
    key_refresh: read('KeyRefreshQueueUrl'),
    secrets: {
      merchant_signing: read('MerchantSigningSecretArn'),
      apiv3_key: read('ApiV3KeySecretArn'),
      apiv2_key: read('ApiV2KeySecretArn'),
      platform_keys: read('PlatformKeysSecretArn'),
    },
  }
}

function alipaySecrets({ find }: OutputReader): Partial<StackDescription['secrets']> {
  const [signing, keys] = [find('AlipaySigningSecretArn'), find('AlipayKeysSecretArn')]
  return signing === undefined || keys === undefined ? {} : { alipay_signing: signing, alipay_keys: keys }
}
