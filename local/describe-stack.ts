/** Puts together what a client outside of this process needs to take part. */
import { alipayAccount } from '#shared/facts/account.ts'
import { alipayAppOf, describeAlipay } from './alipay.ts'
import { LocalError } from './local-error.ts'
import type { FunctionDefinition } from './lambda/function-definition.ts'
import type { Credentials } from './cloud/service-endpoints.ts'
import {
  createOutputReader,
  hasWechat,
  type SimulatorDescription,
  type StackDescription,
  type StackResources,
  stackResources,
} from './stack-description.ts'
import type { Merchant } from './stack-options.ts'
import type { TemplateStack } from './template/template-stack.ts'
import type { Simulator } from '#simulator/simulator.ts'

type TemplateResources = StackResources & Pick<StackDescription, 'topic_arn' | 'merchant_functions'>

/** Reads the names that the stack gives out. @throws LocalError naming the outputs that the template lacks. */
export function templateResources({ outputs }: TemplateStack): TemplateResources {
  const reader = createOutputReader((name) => outputs[name])
  const resources = {
    ...stackResources(reader),
    topic_arn: reader.read('EventTopicArn'),
    merchant_functions: reader.find('MerchantFunctions'),
  }
  if (reader.missing.length > 0)
    throw new LocalError(`the template has no output ${reader.missing.join(', ')}`)
  return resources
}

/** Plays no part in a stack without WeChat Pay: the simulator wants one. */
const NOBODY = { mchid: '1900000000', appids: ['wx0000000000000000'] }

/** mchid and appids, as the template gives them to the functions. @throws LocalError when it gives none, and no Alipay either. */
export function merchantOf(functions: readonly FunctionDefinition[]): Merchant {
  const variables: Readonly<Record<string, string | undefined>> = Object.assign(
    {},
    ...functions.map(({ environment }) => environment),
  )
  const { WXPAY_MCHID: mchid, WXPAY_APPIDS: joined } = variables
  const appids = (joined ?? '').split(',')
  const alipay = alipayAppOf(variables)
  if (mchid === undefined && alipay !== undefined) return { ...NOBODY, alipay }
  if (mchid === undefined || appids[0] === '')
    throw new LocalError('no function has WXPAY_MCHID and WXPAY_APPIDS')
  return { mchid, appids, ...(alipay && { alipay }) }
}

interface DescriptionInput {
  readonly apiUrl: string
  readonly stackControlUrl: string
  readonly region: string
  readonly endpoints: StackDescription['endpoints']
  readonly credentials: Credentials
  readonly resources: TemplateResources
  readonly functions: readonly FunctionDefinition[]
  readonly simulator: Simulator | undefined
}

/** Puts the description together. */
export function describeStack(input: DescriptionInput): StackDescription {
  return {
    pid: process.pid,
    api_url: input.apiUrl,
    stack_control_url: input.stackControlUrl,
    ...accountOf(input),
    ...(input.simulator && describeSimulator(input.simulator)),
    ...(input.simulator?.alipay && describeAlipay(input.simulator.alipay)),
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

function accountOf({ functions, resources }: DescriptionInput): Pick<StackDescription, 'mchid' | 'appid'> {
  const { mchid, appids, alipay } = merchantOf(functions)
  const [appid = ''] = appids
  if (alipay === undefined || hasWechat(resources)) return { mchid, appid }
  return { mchid: alipayAccount(alipay.appId), appid: alipay.appId }
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
    payer_url: simulator.payerUrl,
    merchant_serial: serial_no,
    merchant_private_key_pem: private_key_pem ?? '',
    apiv3_key,
    platform_serial: platform.signing_serial_no,
    platform_certificate_pem: certificate?.certificate_pem ?? '',
    public_key_id: publicKey.id,
    public_key_pem: publicKey.public_key_pem,
  }
}
