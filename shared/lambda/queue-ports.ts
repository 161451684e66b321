/** The client of SQS, and what it is for. */
import { createSqsClient } from '#shared/aws/sqs-client.ts'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { lazy } from '#shared/lazy.ts'
import { factPorts } from './fact-ports.ts'

/** One client a service and container. */
export const sqs = /* @__PURE__ */ lazy(() => createSqsClient())

/** For functions that record facts. */
export function recordingPorts(env: { readonly FACTS_TABLE_NAME: string; readonly FACT_QUEUE_URL: string }) {
  return {
    ...factPorts(env),
    dispatcher: createSqsDispatcher({ client: sqs(), queueUrl: env.FACT_QUEUE_URL }),
  }
}
