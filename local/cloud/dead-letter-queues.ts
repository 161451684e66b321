/** Which queues belong to a dead-letter queue, and where its messages go back to. */
import * as v from 'valibot'
import { Refusal } from './refusal.ts'
import type { EmulatedQueue, SqsEmulator } from './sqs-emulator.ts'

/** The queues whose dead letters go to this one. */
export async function sourcesOf(
  emulator: SqsEmulator,
  { arn }: EmulatedQueue,
): Promise<readonly EmulatedQueue[]> {
  const sources: EmulatedQueue[] = []
  for (const queue of await emulator.queues()) {
    const AttributeNames = ['RedrivePolicy']
    const answer = await emulator.call('GetQueueAttributes', {
      QueueUrl: emulator.urlOf(queue.name),
      AttributeNames,
    })
    if (deadLetterTarget(answer) === arn) sources.push(queue)
  }
  return sources
}

const Policy = v.object({
  Attributes: v.object({
    RedrivePolicy: v.pipe(v.string(), v.parseJson(), v.object({ deadLetterTargetArn: v.string() })),
  }),
})

function deadLetterTarget(answer: unknown): string | undefined {
  const read = v.safeParse(Policy, answer)
  return read.success ? read.output.Attributes.RedrivePolicy.deadLetterTargetArn : undefined
}

export async function findQueue(
  emulator: SqsEmulator,
  arn: string,
  parameter: string,
): Promise<EmulatedQueue> {
  const found = (await emulator.queues()).find((queue) => queue.arn === arn)
  if (found !== undefined) return found
  throw new Refusal(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    404,
  )
}

/** Where the messages of a dead-letter queue are moved to. @throws Refusal */
export async function destinationOf(
  emulator: SqsEmulator,
  source: EmulatedQueue,
  DestinationArn: string | undefined,
): Promise<EmulatedQueue> {
  const [first, another] = await sourcesOf(emulator, source)
  if (first === undefined) {
    throw new Refusal('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
  }
  if (DestinationArn === source.arn) {
    throw new Refusal(
      'InvalidParameterValue',
      'Source queue arn and destination queue arn cannot be the same.',
    )
  }
  if (DestinationArn !== undefined) return findQueue(emulator, DestinationArn, 'DestinationArn')
  if (another === undefined) return first
  // SQS remembers of each message where it came from; the emulator does not.
  throw new Refusal(
    'UnsupportedOperation',
    'Several queues send their dead letters to this one: on this machine the DestinationArn has to be named.',
  )
}
