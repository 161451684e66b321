/** The ports of the deployed functions, made once per container from their environment. No I/O happens here. */
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
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { createDynamoDbClient, createSecretsManagerClient, createSqsClient } from '#shared/aws/clients.ts'
import type { SecretPurpose } from '#shared/secrets/secret-reader.ts'
import { createSecretSource } from '#shared/secrets/secret-source.ts'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One client a service and container: connections are shared. Marked pure, so that a bundle leaves out the clients it does not use. */
export const dynamoDb = /* @__PURE__ */ lazy(() => createDynamoDbClient())
export const sqs = /* @__PURE__ */ lazy(() => createSqsClient())
export const secretsManager = /* @__PURE__ */ lazy(() => createSecretsManagerClient())

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
