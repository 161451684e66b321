/** Creates everything of the template that holds state. */
import type { TemplateStack } from '#local/template/template-stack.ts'
import type { Cloud, CloudClients } from './cloud.ts'
import { createBuckets } from './buckets.ts'
import { createQueues } from './queues.ts'
import { createSecrets } from './secrets.ts'
import { createTables } from './tables.ts'
import { createTopics } from './topics.ts'

export interface CreateInput {
  readonly cloud: Cloud
  readonly clients: CloudClients
  /** Divides the visibility time-outs of queues. */
  readonly timeScale: number
}

/** Creates secrets (empty), tables, buckets, queues and topics. @returns one sentence for each part that was left out. */
export async function createResources(
  template: TemplateStack,
  input: CreateInput,
): Promise<readonly string[]> {
  const { cloud, clients, timeScale } = input
  createSecrets(template, cloud.secretsManager)
  await createTables(template, clients.dynamodb)
  await createBuckets(template, clients.s3)
  await createQueues(template, clients.sqs, { timeScale })
  return createTopics(template, clients.sns)
}
