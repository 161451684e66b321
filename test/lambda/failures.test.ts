import { SQSServiceException } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { captureLog } from '#test/aws/captured-log.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { CANARY, expectedLine, refusalOf, sdkError } from '#test/support/sdk-errors.ts'

const DENIED = { name: 'AccessDeniedException', status: 403, denied: 'kms:Decrypt' }
const countNothing = () => ({ put: () => {} })
const cause = sdkError(SQSServiceException, DENIED)
const httpEvent = {
  version: '2.0',
  routeKey: 'GET /v1/x',
  rawPath: '/v1/x',
  headers: {},
  requestContext: { requestId: 'r', http: { method: 'GET', path: '/v1/x' } },
  isBase64Encoded: false,
}

/** What each frame logs, and under which code, when its work fails. */
const FRAMES = {
  REQUEST_FAILED: async (thrown: Error) => {
    const { logger, lines } = captureLog()
    const fail = async () => Promise.reject(thrown)
    await httpHandler({ logger, deadlineMs: 60_000, routes: { 'GET /v1/x': fail } })(
      httpEvent,
      lambdaContext(),
    )
    return lines
  },
  JOB_FAILED: async (thrown: Error) => {
    const { logger, lines } = captureLog()
    await refusalOf(jobHandler({ logger, run: async () => Promise.reject(thrown) })({}, lambdaContext()))
    return lines
  },
  MESSAGE_FAILED: async (thrown: Error) => {
    const { logger, lines } = captureLog()
    await queueHandler({ logger, metrics: countNothing, handle: async () => Promise.reject(thrown) })(
      { Records: [{ messageId: 'm', body: '' }] },
      lambdaContext(),
    )
    return lines
  },
}

describe.each(['REQUEST_FAILED', 'JOB_FAILED', 'MESSAGE_FAILED'] as const)('the line %s', (code) => {
  const logged = async (error: Error) => (await FRAMES[code](error)).find((line) => line['code'] === code)

  it('says what failed for the caller and who failed us, in nobody else’s words', async () => {
    const line = await logged(new AppError('storage_unavailable', 'the queue did not', { cause }))
    expect(line).toMatchObject({ error_code: 'storage_unavailable', ...expectedLine(DENIED) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
  })

  it('says which secret or setting is wrong', async () => {
    const told = 'the apiv3-key secret cannot be read: AccessDeniedException'
    const line = await logged(new AppError('key_unavailable', told, { cause }))
    expect(line).toMatchObject({ error_code: 'key_unavailable', reason: told, ...expectedLine(DENIED) })
  })

  it('says how WeChat failed us', async () => {
    const timeout = new ChannelError('timeout', CANARY, { certain: false })
    const line = await logged(
      new AppError('wechat_unavailable', undefined, { cause: timeout, wechatCode: 'SYSTEM_ERROR' }),
    )
    expect(line).toMatchObject({
      error_code: 'wechat_unavailable',
      error_name: 'ChannelError',
      cause_code: 'timeout',
      wechat_code: 'SYSTEM_ERROR',
    })
    expect(JSON.stringify(line)).not.toContain(CANARY)
  })
})

describe('an error of our own without a cause', () => {
  it('is named and placed itself', async () => {
    const lines = await FRAMES.JOB_FAILED(new AppError('storage_conflict', CANARY))
    expect(lines[0]).toMatchObject({ error_name: 'AppError', error_code: 'storage_conflict' })
    expect(lines[0]).not.toHaveProperty('cause_code')
    expect(JSON.stringify(lines)).not.toContain(CANARY)
  })
})

describe('words of a service that only look like an action', () => {
  it.each([
    `is not authorized to perform: ${CANARY}`,
    `is not authorized to perform: a:${CANARY} `,
    'is not authorized',
  ])('are not repeated: %s', async (message) => {
    const error = new SQSServiceException({
      name: 'AccessDeniedException',
      message,
      $fault: 'client',
      $metadata: {},
    })
    const [line] = await FRAMES.JOB_FAILED(new AppError('storage_unavailable', undefined, { cause: error }))
    expect(line).not.toHaveProperty('denied_action')
    expect(line).not.toHaveProperty('http_status')
    expect(line).not.toHaveProperty('aws_request_id')
  })
})
