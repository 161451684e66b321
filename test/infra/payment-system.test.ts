import { describe, expect, it } from 'vitest'
import { templateOf } from './template.ts'

const template = templateOf()

describe('the names that CloudFormation knows what it keeps by', () => {
  it('stay as they are: under a new one there would be a new and empty table, secret or queue', () => {
    expect(Object.keys(template.Resources)).toEqual(
      expect.arrayContaining([
        'StackKeyB87A3636',
        'TablesOrdersACF7C9C0',
        'TablesFacts1AD15576',
        'QueuesFactsDeadLetter50E8CA50',
        'QueuesFactsD334B1C4',
        'QueuesKeyRefreshFAE6991B',
        'EventTopicEvents047AB63A',
        'SecretsMerchantSigningB5EBAED6',
        'SecretsApiV3KeyD5604949',
        'SecretsPlatformKeysEC96FE6B',
        'HttpApi4E1D4184',
      ]),
    )
  })
})
