/** The ports of the deployed functions, made once per container from their environment. No I/O happens here. */
import { parseApiV3Keys, parseMerchantSigning, parsePlatformKeys } from '#shared/config/secret-keys.ts'
import { systemClock } from '#shared/clock.ts'
import { createDynamoFactStore } from '#shared/facts/dynamo-fact-store.ts'
import { createLogger } from '#shared/log.ts'
import type { Logger } from '#shared/log.ts'
import { createDynamoOrderStore } from '#shared/orders/dynamo-order-store.ts'
import { createHttpTransport } from '#shared/wechat/http-transport.ts'
import type { MerchantSigner } from '#shared/wechat/signature.ts'
import type { WechatPayDeps } from '#shared/wechat/wechat-pay-client.ts'
import { createDynamoDbClient, createSecretsManagerClient, createSqsClient } from './clients.ts'
import { createSecretSource } from './secret-source.ts'
import { createSqsDispatcher } from './sqs-dispatcher.ts'

/** Logs to standard output, which Lambda takes line by line. */
export function functionLogger(functionName: string): Logger {
  const write = (line: string) => void process.stdout.write(`${line}\n`)
  return createLogger({ clock: systemClock, write }, { function_name: functionName })
}

/** For functions that read and write orders. */
export function orderPorts(env: { readonly ORDERS_TABLE_NAME: string }) {
  return {
    orders: createDynamoOrderStore({ client: createDynamoDbClient(), tableName: env.ORDERS_TABLE_NAME }),
  }
}

/** For functions that read facts. */
export function factPorts(env: { readonly FACTS_TABLE_NAME: string }) {
  return { facts: createDynamoFactStore({ client: createDynamoDbClient(), tableName: env.FACTS_TABLE_NAME }) }
}

/** For functions that record facts. */
export function recordingPorts(env: { readonly FACTS_TABLE_NAME: string; readonly FACT_QUEUE_URL: string }) {
  return {
    ...factPorts(env),
    dispatcher: createSqsDispatcher({ client: createSqsClient(), queueUrl: env.FACT_QUEUE_URL }),
  }
}

/** The platform keys, as notify and everyone who calls WeChat verifies with. */
export function platformKeys(env: { readonly PLATFORM_KEYS_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.PLATFORM_KEYS_SECRET_ID,
    purpose: 'platform-keys',
    parse: parsePlatformKeys,
    logger,
  })
}

/** The APIv3 keys, current one first. */
export function apiV3Keys(env: { readonly APIV3_KEY_SECRET_ID: string }, logger: Logger) {
  return secret({ secretId: env.APIV3_KEY_SECRET_ID, purpose: 'apiv3-key', parse: parseApiV3Keys, logger })
}

/** The merchant's signing key and certificate. */
export function merchantSigning(env: { readonly MERCHANT_SIGNING_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.MERCHANT_SIGNING_SECRET_ID,
    purpose: 'merchant-signing',
    parse: parseMerchantSigning,
    logger,
  })
}

interface SecretOptions<Value> {
  readonly secretId: string
  readonly purpose: 'platform-keys' | 'apiv3-key' | 'merchant-signing'
  readonly parse: (text: string) => Value
  readonly logger: Logger
}

function secret<Value>(options: SecretOptions<Value>) {
  return createSecretSource({ ...options, client: createSecretsManagerClient(), clock: systemClock })
}

export interface WechatEnvironment {
  readonly WXPAY_MCHID: string
  readonly WXPAY_API_URL: string
  readonly WXPAY_API_BACKUP_URL: string
  readonly MERCHANT_SIGNING_SECRET_ID: string
  readonly PLATFORM_KEYS_SECRET_ID: string
}

/** What a WeChat client needs, and the signer for whoever signs more than requests. */
export function wechatDeps(
  env: WechatEnvironment,
  logger: Logger,
): WechatPayDeps & { readonly signer: () => Promise<MerchantSigner> } {
  const keys = platformKeys(env, logger)
  const signing = merchantSigning(env, logger)
  return {
    mchid: env.WXPAY_MCHID,
    apiUrls: [env.WXPAY_API_URL, env.WXPAY_API_BACKUP_URL],
    keyRing: () => keys.get(),
    signer: async () => ({ ...(await signing.get()), mchid: env.WXPAY_MCHID }),
    transport: createHttpTransport(),
    clock: systemClock,
    logger,
  }
}
