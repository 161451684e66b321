import { describe, expect, it } from 'vitest'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { captureLog } from '#test/aws/captured-log.ts'

/** What is logged while one message is handled, and which messages failed. */
async function handled(record: object, fail = false) {
  const { logger, lines } = captureLog()
  const counted: string[] = []
  const handler = queueHandler({
    logger,
    metrics: () => ({ put: (name) => counted.push(name) }),
    handle: async (_body, log) => {
      log.info('HANDLED')
      if (fail) throw new Error('no')
    },
  })
  const result = await handler({ Records: [{ messageId: 'm1', body: '{}', ...record }] }, lambdaContext())
  return { lines, result, counted }
}

const attributes = { correlation_id: { stringValue: 'request-7', dataType: 'String' } }

describe('the correlation id of a message', () => {
  it('is the one of the request that sent it, in every line', async () => {
    const { lines, result } = await handled({ messageAttributes: attributes }, true)
    expect(lines.map(({ code, correlation_id: id }) => [code, id])).toEqual([
      ['HANDLED', 'request-7'],
      ['MESSAGE_FAILED', 'request-7'],
    ])
    expect(result.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }])
  })

  it.each([
    ['no attributes', {}],
    ['other attributes', { messageAttributes: { other: { stringValue: 'x' } } }],
    ['attributes that make no sense', { messageAttributes: 'x' }],
    ['an empty one', { messageAttributes: { correlation_id: { stringValue: null } } }],
  ])('is the id of the message when it has %s', async (_, record) => {
    const { lines, result } = await handled(record)
    expect(lines).toMatchObject([{ code: 'HANDLED', correlation_id: 'm1' }])
    expect(result.batchItemFailures).toEqual([])
  })
})

describe('a record that hangs', () => {
  it('is given back alone, before Lambda would end the whole batch', async () => {
    const { logger } = captureLog()
    const handle = (body: string) => (body === 'hangs' ? new Promise<never>(() => {}) : Promise.resolve())
    const records = [
      { messageId: 'm1', body: 'hangs' },
      { messageId: 'm2', body: 'fine' },
    ]
    const result = await queueHandler({ logger, metrics: () => ({ put: () => {} }), handle })(
      { Records: records },
      lambdaContext(1050),
    )
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
  })
})

describe('a message that fails', () => {
  it('is counted, for Lambda counts no error of what is given back alone', async () => {
    expect((await handled({}, true)).counted).toEqual(['FactFailed'])
    expect((await handled({})).counted).toEqual([])
  })

  it('fails its invocation where it cannot even be counted', async () => {
    const { logger } = captureLog()
    const unmade = () => {
      throw new Error('environment: incomplete')
    }
    const handler = queueHandler({ logger, metrics: unmade, handle: async () => unmade() })
    await expect(handler({ Records: [{ messageId: 'm1', body: '{}' }] }, lambdaContext())).rejects.toThrow(
      'incomplete',
    )
  })
})
