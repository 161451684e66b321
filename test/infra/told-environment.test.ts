/** The seam between what stages tell their functions and what these read: each kind of stage, each function. */
import { describe, expect, it } from 'vitest'
import type { ChannelName } from '#infra/channels/channels.ts'
import { idOf, operationsOf } from '#infra/operations/operations.ts'
import { readAlipayEnvironment } from '#shared/alipay/environment.ts'
import { accountsOf, stageAccount } from '#shared/lambda/accounts.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { CHANNEL_OF } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { ALIPAY_ALONE, EXAMPLE, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const { alipay } = ALIPAY_ALONE
const WECHAT = EXAMPLE.mchid
const ALIPAY = `alipay:${alipay?.appId}`

interface Kind {
  readonly name: string
  readonly channels: readonly ChannelName[]
  readonly template: TemplateJson
  readonly accounts: object
}
const KINDS: readonly Kind[] = [
  {
    name: 'WeChat Pay',
    channels: ['wechat'],
    template: templateOf({}),
    accounts: { wechat: WECHAT },
  },
  {
    name: 'both',
    channels: ['wechat', 'alipay'],
    template: templateOf({ alipay }),
    accounts: { wechat: WECHAT, alipay: ALIPAY },
  },
  {
    name: 'Alipay alone',
    channels: ['alipay'],
    template: templateOf({ ...ALIPAY_ALONE, region: 'cn-north-1', canaryMinutes: 5 }),
    accounts: { alipay: ALIPAY },
  },
]

/** What a function hears, with a name in place of what is only known once it is deployed. */
function toldTo(operation: Operation, { template }: Kind): Readonly<Record<string, string>> {
  const { Environment } = resourcesOf(template, 'AWS::Lambda::Function')[`${idOf(operation)}Function`]!
    .Properties as { readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> } }
  return Object.fromEntries(
    Object.entries(Environment.Variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : `https://${name.toLowerCase().replaceAll('_', '-')}.example.com`,
    ]),
  )
}

describe.each(KINDS)('a stage with $name', (kind) => {
  const operations = operationsOf(kind.channels)

  it('tells every function all that it reads', () => {
    for (const operation of operations)
      expect(() => readEnvironment(toldTo(operation, kind), operation)).not.toThrow()
  })

  it('tells whoever makes no difference between channels of each of them, and of one account to keep things under', () => {
    const common = operations.filter((operation) => !(operation in CHANNEL_OF) && operation !== 'settle')
    for (const operation of common)
      expect(accountsOf(readEnvironment(toldTo(operation, kind), operation))).toEqual(kind.accounts)
    const settle = readEnvironment(toldTo('settle', kind), 'settle')
    expect(stageAccount(settle)).toBe(Object.values(kind.accounts)[0])
  })

  it('tells the secrets of Alipay to whoever calls it, where it is there', () => {
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile'] as const
    for (const operation of callers)
      expect(readAlipayEnvironment(toldTo(operation, kind))?.account).toBe(
        kind.channels.includes('alipay') ? ALIPAY : undefined,
      )
  })
})
