import { SendMessageCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { CANARY, expectedLine, lineOf, refusalOf, sdkError, titled } from '#test/support/sdk-errors.ts'
import type { SdkFailure } from '#test/support/sdk-errors.ts'
import { captureLog } from './captured-log.ts'

const client = new SQSClient({ region: 'us-east-1' })
const mock = mockClient(client)
const queueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/queue'
beforeEach(() => mock.reset())

const FAILURES: readonly SdkFailure[] = [
  { name: 'RequestThrottled', status: 400 },
  { name: 'ThrottlingException', status: 400 },
  { name: 'OverLimit', status: 403 },
  { name: 'QueueDoesNotExist', status: 400 },
  { name: 'AccessDeniedException', status: 403, denied: 'sqs:SendMessage' },
  { name: 'AccessDeniedException', status: 403, denied: 'kms:GenerateDataKey' },
  { name: 'KmsAccessDenied', status: 400 },
  { name: 'KmsDisabled', status: 400 },
  { name: 'KmsInvalidState', status: 400 },
  { name: 'KmsThrottled', status: 400 },
  { name: 'ExpiredTokenException', status: 403 },
  { name: 'UnrecognizedClientException', status: 403 },
  { name: 'ServiceUnavailable', status: 503 },
]

describe.each(titled(FAILURES))('after %s', (_, failure) => {
  beforeEach(() => mock.on(SendMessageCommand).rejects(sdkError(SQSServiceException, failure)))

  it('the dispatcher fails as storage that is not available, and names it', async () => {
    const error = await refusalOf(createSqsDispatcher({ client, queueUrl }).dispatch('fact'))
    expect(error).toMatchObject({
      code: 'storage_unavailable',
      message: `the fact queue did not take the message: ${failure.name}`,
    })
    const line = lineOf(error)
    expect(line).toMatchObject({ error_code: 'storage_unavailable', ...expectedLine(failure) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
    expect(mock.calls()).toHaveLength(1)
  })

  it('the key refresh does not fail, warns, and asks again in the next minute only', async () => {
    const { logger, lines } = captureLog()
    const time = { now: 60_000 }
    const refresh = createSqsKeyRefresh({ client, queueUrl, clock: { now: () => time.now }, logger })
    await refresh.request()
    await refresh.request()
    expect(mock.calls()).toHaveLength(1)
    expect(lines).toMatchObject([
      { level: 'warn', code: 'KEY_REFRESH_NOT_REQUESTED', ...expectedLine(failure) },
    ])
    expect(JSON.stringify(lines)).not.toContain(CANARY)
    time.now += 60_000
    await refresh.request()
    expect(mock.calls()).toHaveLength(2)
  })
})
