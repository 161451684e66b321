/** Asks rotate-certs for fresh platform keys through a FIFO queue that drops repeats: one request a minute for the whole fleet. */
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '#shared/clock.ts'
import { errorFields } from '#shared/log.ts'
import type { Logger } from '#shared/log.ts'
import type { KeyRefresh } from '#shared/wechat/trust/key-refresh.ts'

const MINUTE_MS = 60_000
const GROUP = 'platform-keys'

export interface SqsKeyRefreshOptions {
  readonly client: SQSClient
  readonly queueUrl: string
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Creates the requester.
 *
 * One message a minute leaves this container, whatever happens to it; the queue drops those of other containers by the
 * number of the minute. Never fails: a request that is lost is made again in the next minute that needs it.
 */
export function createSqsKeyRefresh({ client, queueUrl, clock, logger }: SqsKeyRefreshOptions): KeyRefresh {
  let requestedMinute: number | undefined
  return {
    async request() {
      const minute = Math.floor(clock.now() / MINUTE_MS)
      if (minute === requestedMinute) return
      requestedMinute = minute
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ minute }),
        MessageGroupId: GROUP,
        MessageDeduplicationId: `refresh-${minute}`,
      })
      try {
        await client.send(command)
      } catch (error) {
        logger.warn('KEY_REFRESH_NOT_REQUESTED', errorFields(error))
      }
    },
  }
}
