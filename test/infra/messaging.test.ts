import { describe, expect, it } from 'vitest'
import { readable, resourcesOf, templateOf } from './template.ts'

const template = templateOf({ settleConcurrency: 7 })
const queues = resourcesOf(template, 'AWS::SQS::Queue')
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping')
const functions = resourcesOf(template, 'AWS::Lambda::Function')

interface PolicyProperties {
  readonly Queues?: readonly unknown[]
  readonly Topics?: readonly unknown[]
  readonly PolicyDocument: { readonly Statement: readonly unknown[] }
}

describe('queues', () => {
  it('are the fact queue, its dead-letter queue and the key-refresh queue', () => {
    expect(Object.keys(queues).sort()).toEqual(['QueuesFacts', 'QueuesFactsDeadLetter', 'QueuesKeyRefresh'])
  })

  it('move a fact that failed five times to a queue that keeps it for 14 days', () => {
    const { deadLetterTargetArn, maxReceiveCount } = queues['QueuesFacts']!.Properties['RedrivePolicy'] as {
      deadLetterTargetArn: unknown
      maxReceiveCount: number
    }
    expect(readable(deadLetterTargetArn)).toBe('QueuesFactsDeadLetter.Arn')
    expect(maxReceiveCount).toBe(5)
    expect(queues['QueuesFactsDeadLetter']!.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 60 * 60)
    expect(queues['QueuesFacts']!.Properties['MessageRetentionPeriod']).toBe(4 * 24 * 60 * 60)
  })

  it('hide a message for longer than the function that reads it may take', () => {
    const hidden = Object.values(mappings).map(({ Properties }) => {
      const name = readable(Properties['EventSourceArn']).replace(/\.Arn$/, '')
      const fn = functions[readable(Properties['FunctionName']).replace(/Aliaslive$/, '')]!
      return [name, fn.Properties['Timeout'], queues[name]!.Properties['VisibilityTimeout']]
    })
    expect(hidden).toEqual([
      // Six times: room for the retries of a throttled batch.
      ['QueuesFacts', 15, 90],
      // A FIFO queue hands out nothing meanwhile: a refresh that failed is tried again in little more than a minute.
      ['QueuesKeyRefresh', 60, 70],
    ])
  })

  it('bring a fact back within two minutes when the function that settles it died', () => {
    expect(queues['QueuesFacts']!.Properties['VisibilityTimeout']).toBeLessThan(120)
  })

  it('let key refreshes through in order and forget them soon', () => {
    expect(queues['QueuesKeyRefresh']!.Properties).toMatchObject({
      FifoQueue: true,
      MessageRetentionPeriod: 600,
    })
    expect(queues['QueuesKeyRefresh']!.Properties['ContentBasedDeduplication']).toBeUndefined()
  })

  it('are encrypted and refuse whatever does not come over TLS', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy')).map(
      ({ Properties }) => Properties as unknown as PolicyProperties,
    )
    expect(policies.flatMap(({ Queues }) => Queues!.map(readable)).sort()).toEqual(Object.keys(queues).sort())
    for (const { PolicyDocument } of policies) {
      expect(PolicyDocument.Statement).toHaveLength(1)
      expect(PolicyDocument.Statement[0]).toMatchObject({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      })
    }
    for (const { Properties } of Object.values(queues)) expect(Properties['SqsManagedSseEnabled']).toBe(true)
  })
})

describe('event sources', () => {
  it('give settle ten facts at a time, take failures one by one and keep to the concurrency of the stage', () => {
    expect(mappings['TriggersFactQueue']!.Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 7 },
    })
    expect(readable(mappings['TriggersFactQueue']!.Properties['EventSourceArn'])).toBe('QueuesFacts.Arn')
  })

  it('give rotate-certs all refreshes that piled up at once', () => {
    expect(mappings['TriggersKeyRefreshQueue']!.Properties['BatchSize']).toBe(10)
    expect(Object.keys(mappings)).toHaveLength(2)
  })
})

describe('another account', () => {
  const statements = (accounts: string[]): unknown[] => {
    const policy = resourcesOf(templateOf({ subscriberAccounts: accounts }), 'AWS::SNS::TopicPolicy')
    const { PolicyDocument } = policy['EventTopicEventsPolicy']!.Properties as unknown as PolicyProperties
    return PolicyDocument.Statement.filter((each) => (each as { Effect: string }).Effect === 'Allow')
  }

  it('may subscribe queues and functions, and nothing else, where the stage names it', () => {
    const [allowed, ...rest] = statements(['210987654321'])
    expect(rest).toEqual([])
    expect(allowed).toMatchObject({
      Action: 'sns:Subscribe',
      Condition: { StringEquals: { 'sns:Protocol': ['sqs', 'lambda'] } },
    })
    const { Principal, Resource } = allowed as { Principal: { AWS: unknown }; Resource: unknown }
    expect(readable(Principal.AWS)).toBe('arn:aws:iam::210987654321:root')
    expect(readable(Resource)).toBe('EventTopicEvents')
    expect(statements([])).toEqual([])
  })
})

describe('topic', () => {
  it('is encrypted and refuses whatever does not come over TLS', () => {
    const topics = resourcesOf(template, 'AWS::SNS::Topic')
    expect(Object.keys(topics)).toEqual(['EventTopicEvents', 'ObservabilityAlarmTopicAlarms'])
    for (const { Properties } of Object.values(topics)) {
      expect(readable(Properties['KmsMasterKeyId'])).toBe('StackKey.Arn')
    }
    const policy = resourcesOf(template, 'AWS::SNS::TopicPolicy')['EventTopicEventsPolicy']
    const { Topics, PolicyDocument } = policy!.Properties as unknown as PolicyProperties
    expect(Topics!.map(readable)).toEqual(['EventTopicEvents'])
    expect(PolicyDocument.Statement).toHaveLength(1)
    expect(PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
  })
})
