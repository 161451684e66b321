import { PublishCommand, SNSClient, SNSServiceException } from '@aws-sdk/client-sns'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { CANARY, expectedLine, lineOf, refusalOf, sdkError, titled } from '#test/support/sdk-errors.ts'
import type { SdkFailure } from '#test/support/sdk-errors.ts'

const client = new SNSClient({ region: 'us-east-1' })
const mock = mockClient(client)
beforeEach(() => mock.reset())

const FAILURES: readonly SdkFailure[] = [
  { name: 'ThrottledException', status: 429 },
  { name: 'ThrottlingException', status: 400 },
  { name: 'InternalErrorException', status: 500 },
  { name: 'NotFoundException', status: 404 },
  { name: 'AuthorizationErrorException', status: 403, denied: 'SNS:Publish' },
  { name: 'AccessDeniedException', status: 403, denied: 'kms:GenerateDataKey' },
  { name: 'KMSAccessDeniedException', status: 400 },
  { name: 'KMSDisabledException', status: 400 },
  { name: 'KMSInvalidStateException', status: 400 },
  { name: 'KMSThrottlingException', status: 400 },
  { name: 'ExpiredTokenException', status: 403 },
  { name: 'UnrecognizedClientException', status: 403 },
]

describe('the publisher', () => {
  it.each(titled(FAILURES))('makes %s a failure to be repeated, and names it', async (_, failure) => {
    mock.on(PublishCommand).rejects(sdkError(SNSServiceException, failure))
    const publisher = createSnsPublisher({ client, topicArn: 'arn:aws:sns:us-east-1:000000000000:events' })
    const error = await refusalOf(
      publisher.publish({
        specversion: '1.0',
        id: 'payment#1900000109#A1#SUCCESS',
        source: '/wechatpay/1900000109',
        type: 'payment.succeeded',
        subject: 'A1',
        time: '2026-02-02T02:00:00.000Z',
        datacontenttype: 'application/json',
        data: {
          mchid: '1900000109',
          out_trade_no: 'A1',
          order_version: 2,
          refundable: fen(0),
          deficit: fen(0),
          holds: [],
          attach: CANARY,
        },
      }),
    )
    expect(error).toMatchObject({
      code: 'storage_unavailable',
      message: `the topic did not take the event: ${failure.name}`,
    })
    const line = lineOf(error)
    expect(line).toMatchObject({ error_code: 'storage_unavailable', ...expectedLine(failure) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
    expect(mock.calls()).toHaveLength(1)
  })
})
