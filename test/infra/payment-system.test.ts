import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { PaymentSystem } from '#infra/payment-system.ts'
import { EXAMPLE, stackOf, templateOf } from './template.ts'
import type { TemplateJson } from './template.ts'
import { checkStage } from '#infra/stage/stages.ts'

const typesIn = ({ Resources }: TemplateJson): string[] =>
  Object.values(Resources)
    .map(({ Type }) => Type)
    .sort()

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

describe("a merchant's own stack", () => {
  it('holds the same payment system under a name of its own, without our outputs', () => {
    const own = stackOf({}, ({ node }) => {
      const stack = new Stack(node.root, 'shop', { env: { region: EXAMPLE.region } })
      const stage = checkStage('test', EXAMPLE)
      const bundles = { directoryOf: () => import.meta.dirname, metafile: { inputs: {}, outputs: {} } }
      const system = new PaymentSystem(stack, 'Payments', { stage, bundles })
      expect(stack.resolve(system.tables.orders.tableName)).toEqual({
        Ref: expect.stringMatching(/^PaymentsTablesOrders/),
      })
      return Template.fromStack(stack).toJSON() as unknown as TemplateJson
    })
    expect(typesIn(own)).toEqual(typesIn(template))
    expect(Object.keys(own.Resources).filter((id) => !id.startsWith('Payments'))).toEqual([])
    expect(own.Outputs).toBeUndefined()
  })
})
