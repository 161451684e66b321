import { describe, expect, it } from 'vitest'
import { failedMessageIds } from '#local/lambda/sqs-event.ts'

describe('what a function answers about a batch', () => {
  const messages = [{ MessageId: 'a' }, { MessageId: 'b' }]

  it.each([
    ['null', [], 'null'],
    ['an empty object', [], '{}'],
    ['an empty list', [], '{"batchItemFailures":[]}'],
    ['null for the list', [], '{"batchItemFailures":null}'],
    ['an empty string', [], '""'],
    ['one failure', ['b'], '{"batchItemFailures":[{"itemIdentifier":"b"}]}'],
  ])('counts %s as %j failed', (_, failed, payload) => {
    expect(failedMessageIds(payload, messages)).toEqual(new Set(failed))
  })

  it.each([
    ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['a null identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['a misspelt key', '{"batchItemFailures":[{"itemIdentifer":"a"}]}'],
    ['an identifier that is not in the batch', '{"batchItemFailures":[{"itemIdentifier":"z"}]}'],
    ['a list where an object must be', '{"batchItemFailures":["a"]}'],
    ['text', '"done"'],
    ['no JSON', 'oops'],
  ])('counts %s as the failure of all', (_, payload) => {
    expect(failedMessageIds(payload, messages)).toBeUndefined()
  })
})
