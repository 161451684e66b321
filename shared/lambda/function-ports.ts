/** The ports of the deployed functions, made once per container from their environment. No I/O happens here. */
import {
  parseApiV2Keys,
  parseApiV3Keys,
  parseMerchantSigning,
  parsePlatformKeys,
} from '#shared/secrets/secret-keys.ts'
import { currentTally, currentTrace } from '#shared/ambient-trace.ts'
import { systemClock } from '#shared/clock.ts'
import { orderFact } from '#shared/facts/fact.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { lazy } from '#shared/lazy.ts'
import { createLogger, DEFAULT_LOG_LEVEL, isLogLevel } from '#shared/log.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import { createEmfMetrics } from '#shared/metrics.ts'
import type { Metrics } from '#shared/metrics.ts'
import { LOG_LEVEL_VARIABLE } from '#shared/operations.ts'
import { AppError } from '#shared/errors.ts'
import { parseRefundRules } from '#shared/refund-rules.ts'
import { createDynamoRefundCounts } from '#shared/stores/dynamo-refund-counts.ts'
import { createSwitches } from '#shared/switches.ts'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { WechatPayDeps } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createDynamoDbClient, createSecretsManagerClient, createSqsClient } from '#shared/aws/clients.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import type { SecretPurpose } from '#shared/secrets/secret-reader.ts'
import { createSecretSource } from '#shared/secrets/secret-source.ts'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One client a service and container: connections are shared. Marked pure, so that a bundle leaves out the clients it does not use. */
export const dynamoDb = /* @__PURE__ */ lazy(() => createDynamoDbClient())
const sqs = /* @__PURE__ */ lazy(() => createSqsClient())
const secretsManager = /* @__PURE__ */ lazy(() => createSecretsManagerClient())

/** So that one search finds every line of what a caller or a notification set off, whoever wrote it. */
function traceFields(): LogFields {
  const trace = currentTrace()
  if (trace === undefined) return {}
  const { traceId: trace_id, requestId: x_request_id } = trace
  return { trace_id, ...(x_request_id === undefined ? {} : { x_request_id }) }
}

/**
 * Logs to standard output, which Lambda takes line by line.
 *
 * The level is no part of the environment that is checked: no payment stops for it, and what is wrong with the rest has
 * to be logged, too.
 */
export function functionLogger(
  functionName: string,
  env: Readonly<Record<string, string | undefined>>,
): Logger {
  const level = env[LOG_LEVEL_VARIABLE]
  const minimum = isLogLevel(level) ? level : DEFAULT_LOG_LEVEL
  const options = { clock: systemClock, write: writeLine, ambient: traceFields, minimum }
  return createLogger(options, { function_name: functionName })
}

/** Metrics go the same way as logs, on the line that ends a call where there is one. */
export function functionMetrics(functionName: string, env: { readonly WXPAY_STAGE: string }): Metrics {
  const { WXPAY_STAGE: stage } = env
  return createEmfMetrics({ clock: systemClock, write: writeLine, stage, functionName, tally: currentTally })
}

interface OrderEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
  readonly WXPAY_ORDER_FORM: string
}

/** For functions that read and write orders. What an order of an earlier form does not hold, its facts do. */
export function orderPorts(env: OrderEnvironment) {
  const { facts } = factPorts(env)
  return {
    orders: createDynamoOrderStore({
      client: dynamoDb(),
      tableName: env.ORDERS_TABLE_NAME,
      form: ORDER_FORMS.find((form) => env.WXPAY_ORDER_FORM === String(form)),
      readFact: async (key) => orderFact(await facts.get(key)),
    }),
  }
}

/** For functions that read facts. */
export function factPorts(env: { readonly FACTS_TABLE_NAME: string }) {
  return { facts: createDynamoFactStore({ client: dynamoDb(), tableName: env.FACTS_TABLE_NAME }) }
}

/** For functions that record facts. */
export function recordingPorts(env: { readonly FACTS_TABLE_NAME: string; readonly FACT_QUEUE_URL: string }) {
  return {
    ...factPorts(env),
    dispatcher: createSqsDispatcher({ client: sqs(), queueUrl: env.FACT_QUEUE_URL }),
  }
}

interface SwitchEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly WXPAY_MCHID: string
}

/** For functions that can be paused, or call WeChat for those that can. */
export function switchPorts(env: SwitchEnvironment, logger: Logger) {
  const board = createDynamoSwitches({
    client: dynamoDb(),
    tableName: env.ORDERS_TABLE_NAME,
    mchid: env.WXPAY_MCHID,
  })
  return { board, switches: createSwitches({ source: board, clock: systemClock, logger }) }
}

interface RuleEnvironment extends SwitchEnvironment {
  readonly WXPAY_REFUND_RULES: string
}

/** For functions that hold refunds for people, or count what the rules need. */
export function refundRulePorts(env: RuleEnvironment) {
  const rules = parseRefundRules(env.WXPAY_REFUND_RULES)
  if (rules === undefined) throw new AppError('config_invalid', 'WXPAY_REFUND_RULES must be rules as JSON')
  const counts = createDynamoRefundCounts({
    client: dynamoDb(),
    tableName: env.ORDERS_TABLE_NAME,
    mchid: env.WXPAY_MCHID,
  })
  return { rules, counts }
}

/** For whoever sees unknown serials. */
export function keyRefreshPort(env: { readonly KEY_REFRESH_QUEUE_URL: string }, logger: Logger) {
  return createSqsKeyRefresh({
    client: sqs(),
    queueUrl: env.KEY_REFRESH_QUEUE_URL,
    clock: systemClock,
    logger,
  })
}

/** The platform keys, as notify and everyone who calls WeChat verifies with. */
export function platformKeys(env: { readonly PLATFORM_KEYS_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.PLATFORM_KEYS_SECRET_ID,
    purpose: 'platform-keys',
    parse: (text) => parsePlatformKeys(text, (reason) => logger.error('PLATFORM_KEY_REFUSED', { reason })),
    logger,
  })
}

/** The platform keys to be refreshed: read afresh, written under the version that was read. */
export function platformKeysSecret(env: { readonly PLATFORM_KEYS_SECRET_ID: string }) {
  return createPlatformKeysSecret({ client: secretsManager(), secretId: env.PLATFORM_KEYS_SECRET_ID })
}

/** The APIv3 keys, current one first. */
export function apiV3Keys(env: { readonly APIV3_KEY_SECRET_ID: string }, logger: Logger) {
  return secret({ secretId: env.APIV3_KEY_SECRET_ID, purpose: 'apiv3-key', parse: parseApiV3Keys, logger })
}

/** The APIv2 keys, current one first; for the notices of refunds alone. */
export function apiV2Keys(env: { readonly APIV2_KEY_SECRET_ID: string }, logger: Logger) {
  return secret({ secretId: env.APIV2_KEY_SECRET_ID, purpose: 'apiv2-key', parse: parseApiV2Keys, logger })
}

/** The merchant's signing key and certificate. */
function merchantSigning(env: { readonly MERCHANT_SIGNING_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.MERCHANT_SIGNING_SECRET_ID,
    purpose: 'merchant-signing',
    parse: parseMerchantSigning,
    logger,
  })
}

export interface SecretOptions<Value> {
  readonly secretId: string
  readonly purpose: SecretPurpose
  readonly parse: (text: string) => Value
  readonly logger: Logger
}

/** A secret as what is made of its text. */
export function secret<Value>(options: SecretOptions<Value>) {
  return createSecretSource({ ...options, client: secretsManager(), clock: systemClock })
}

export interface WechatEnvironment {
  readonly WXPAY_MCHID: string
  readonly WXPAY_API_URL: string
  readonly WXPAY_API_BACKUP_URL: string
  readonly MERCHANT_SIGNING_SECRET_ID: string
  readonly PLATFORM_KEYS_SECRET_ID: string
}

/** What a WeChat client needs, and the one source of the signing secret for whoever reads more of it. */
export function wechatDeps(env: WechatEnvironment, logger: Logger) {
  const keys = platformKeys(env, logger)
  const signing = merchantSigning(env, logger)
  const deps: WechatPayDeps = {
    mchid: env.WXPAY_MCHID,
    apiUrls: [env.WXPAY_API_URL, env.WXPAY_API_BACKUP_URL],
    keyRing: () => keys.get(),
    // An answer of WeChat that nobody else could have sent: almost at once.
    reloadKeyRing: () => keys.refresh(1000),
    signer: async () => ({ ...(await signing.get()), mchid: env.WXPAY_MCHID }),
    transport: createHttpTransport(),
    clock: systemClock,
    logger,
  }
  return { ...deps, signing }
}
