/** A property of `WechatPay` that is wrong: one sentence at synth, which names it and says what is expected and what to do. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Aws, Stack } from 'aws-cdk-lib'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { GivenResources } from '#infra/constructs/given-resources.ts'
import { type OF_A_STAGE, type StageInput, StageSettings } from '#infra/stage/stage-settings.ts'
import { WechatPay } from '#infra/library/wechat-pay.ts'
import type { WechatPayProps } from '#infra/library/wechat-pay-props.ts'

const bundles = { directoryOf: () => import.meta.dirname }
const MERCHANT = { mchid: '1900000109', appids: ['wxd678efh567hg6787'], bundles }
const ALIPAY = { appId: '2021001161683774' }
const LEAVE_OUT = '(correct what is named, or leave it out for its default)'

const made = (stack: Stack, id: string, props: object): WechatPay => new WechatPay(stack, id, props)

/** What is told about properties that TypeScript would refuse as well. */
function told(
  props: (stack: Stack) => object,
  env: { readonly region?: string; readonly account?: string } = {},
): string {
  const stack = new Stack(new App(), 'shop', { env })
  try {
    made(stack, 'Pay', props(stack))
  } catch (error) {
    return (error as Error).message.replace('WechatPay at shop/Pay: ', '')
  }
  return ''
}

const sns = 'arn:aws:sns:us-east-1:123456789012:events.fifo'
const sqs = 'arn:aws:sqs:us-east-1:123456789012:facts'

const WRONG: ReadonlyArray<readonly [name: string, props: (stack: Stack) => object, says: string]> = [
  [
    'nothing',
    () => ({}),
    'mchid and appids, or alipay, must be given: at least one payment channel (copy the merchant number from the account centre of pay.weixin.qq.com)',
  ],
  [
    'a merchant without an appid',
    () => ({ mchid: MERCHANT.mchid, bundles }),
    'appids must be given with mchid: WeChat Pay needs both (list the appids that pay.weixin.qq.com shows as bound to the merchant number)',
  ],
  [
    'a secret of a channel that is not wanted',
    (stack) => {
      const key = new Key(stack, 'Key')
      const secret = new Secret(stack, 'Secret', { encryptionKey: key })
      return { ...MERCHANT, key, alipayKeysSecret: secret }
    },
    `alipayKeysSecret must not be given without alipay: only Alipay has it ${LEAVE_OUT}`,
  ],
  [
    'what is about a channel that is not wanted',
    () => ({ alipay: ALIPAY, bundles, notices: { 'COMPLAINT.': 'event' } }),
    `notices must not be given without mchid and appids: only WeChat Pay has it ${LEAVE_OUT}`,
  ],
  [
    'a malformed number',
    () => ({ ...MERCHANT, mchid: '19' }),
    'mchid must be 8 to 32 digits (copy the merchant number from the account centre of pay.weixin.qq.com)',
  ],
  [
    'an unknown prop',
    () => ({ ...MERCHANT, colour: 'red' }),
    'colour is not a prop (remove it, or correct its spelling: docs/construct.md lists every prop)',
  ],
  [
    'what the stack says',
    () => ({ ...MERCHANT, region: 'us-east-1' }),
    'region is not a prop (give it to the stack, as env)',
  ],
  [
    'a value that is known at deployment only',
    (stack) => ({ ...MERCHANT, mchid: StringParameter.valueForStringParameter(stack, '/mchid') }),
    'mchid must be known at synth and is a token (write the value itself, or take it from the context of the app)',
  ],
  [
    'the same deep inside',
    () => ({ ...MERCHANT, merchantThrottle: { rate: 1, burst: Aws.REGION } }),
    'merchantThrottle.burst must be known at synth and is a token (write the value itself, or take it from the context of the app)',
  ],
  [
    'a malformed part',
    () => ({ ...MERCHANT, thresholds: { queueAgeSeconds: 1 } }),
    `thresholds.queueAgeSeconds must be a whole number from 60 to 86400 ${LEAVE_OUT}`,
  ],
  [
    'a contradiction',
    () => ({ ...MERCHANT, merchantThrottle: { rate: 10, burst: 5 } }),
    `merchantThrottle.burst must be at least merchantThrottle.rate ${LEAVE_OUT}`,
  ],
  [
    'a name that metrics cannot have',
    () => ({ ...MERCHANT, stage: 'Prod' }),
    `stage must be 1 to 20 of a-z, 0-9 and -, a letter first ${LEAVE_OUT}`,
  ],
  ['no switch', () => ({ ...MERCHANT, outputs: 'no' }), `outputs must be true or false ${LEAVE_OUT}`],
  ['no release', () => ({ ...MERCHANT, release: 'now' }), `release must be canary or at-once ${LEAVE_OUT}`],
  [
    'an ARN in place of a construct',
    () => ({ ...MERCHANT, ordersTable: 'arn:aws:dynamodb:us-east-1:123456789012:table/orders' }),
    `ordersTable must be a construct as Table.fromTableArn gives it ${LEAVE_OUT}`,
  ],
  [
    'a construct of another kind',
    (stack) => ({ ...MERCHANT, key: new Bucket(stack, 'Bucket') }),
    `key must be a construct as Key.fromKeyArn gives it ${LEAVE_OUT}`,
  ],
  [
    'a secret without its key',
    (stack) => ({ ...MERCHANT, apiV3KeySecret: new Secret(stack, 'Secret') }),
    'key is missing for the secrets that exist, which are encrypted under it (give both, or neither)',
  ],
  [
    'one queue of two',
    (stack) => ({ ...MERCHANT, factQueue: new Queue(stack, 'Queue') }),
    'factQueue and factDeadLetterQueue belong together (give both, or neither)',
  ],
  [
    'a queue of another form',
    (stack) => ({ ...MERCHANT, keyRefreshQueue: Queue.fromQueueArn(stack, 'Queue', sqs) }),
    `keyRefreshQueue must be a FIFO queue ${LEAVE_OUT}`,
  ],
  [
    'two queues of another form',
    (stack) => {
      const queue = new Queue(stack, 'Queue', { fifo: true })
      return { ...MERCHANT, factQueue: queue, factDeadLetterQueue: queue }
    },
    `factQueue must be a standard queue ${LEAVE_OUT}; factDeadLetterQueue must be a standard queue ${LEAVE_OUT}`,
  ],
  [
    'a topic of another form',
    (stack) => ({ ...MERCHANT, eventTopic: Topic.fromTopicArn(stack, 'Topic', sns) }),
    `eventTopic must be a standard topic ${LEAVE_OUT}`,
  ],
  [
    'accounts that only the owner of the topic can let in',
    (stack) => ({ ...MERCHANT, eventTopic: new Topic(stack, 'Topic'), subscriberAccounts: ['123456789012'] }),
    `subscriberAccounts must be named in the policy of eventTopic ${LEAVE_OUT}`,
  ],
]

describe('a wrong prop', () => {
  it.each(WRONG)('%s', (_, props, says) => {
    expect(told(props)).toBe(says)
  })

  it('is also one that the region of the stack does not go with', () => {
    expect(told(() => ({ ...MERCHANT, tracing: true }), { region: 'cn-north-1' })).toBe(
      `tracing must not be true in cn-north-1: Lambda has no X-Ray in aws-cn ${LEAVE_OUT}`,
    )
    expect(told(() => MERCHANT, { region: 'us-gov-west-1' })).toMatch(
      /^us-gov-west-1 must be a region of aws or aws-cn \(give the stack another, as env\)$/,
    )
  })

  it('is one that is in another region, account or partition than the stack', () => {
    const here = { region: 'cn-north-1', account: '123456789012' }
    const certificateArn = 'arn:aws-cn:acm:cn-northwest-1:123456789012:certificate/0a1b'
    const props = (stack: Stack) => ({
      ...MERCHANT,
      customDomain: { name: 'pay.example.com', certificateArn },
      key: Key.fromKeyArn(stack, 'Key', 'arn:aws-cn:kms:cn-north-1:999999999999:key/0a1b'),
      alarmTopic: Topic.fromTopicArn(stack, 'OnCall', 'arn:aws-cn:sns:cn-north-1:999999999999:on-call'),
      operatorRoleArns: ['arn:aws:iam::123456789012:role/ops', 'arn:aws:iam::123456789012:role/oncall'],
    })
    expect(told(props, here).split('; ')).toEqual([
      `customDomain.certificateArn must be in cn-north-1, the region of the stack ${LEAVE_OUT}`,
      `key must be in the account 123456789012 ${LEAVE_OUT}`,
      `operatorRoleArns must be of the partition aws-cn, as cn-north-1 is ${LEAVE_OUT}`,
    ])
    expect(told(() => MERCHANT, here)).toBe('')
  })

  it('is a name that another in the same stack counts under', () => {
    const both = (stack: Stack) => {
      made(stack, 'First', { ...MERCHANT, stage: 'prod' })
      return { ...MERCHANT, stage: 'prod' }
    }
    expect(told(both)).toBe(
      'stage must differ from that of shop/First, which counts under the same name (give one of them another)',
    )
  })

  it('is what belongs to another one alone', () => {
    const both = (stack: Stack) => {
      const first = made(stack, 'First', MERCHANT)
      const { key, tables, secrets, events, alarmTopic, reportsBucket } = first
      const shared = { key, eventTopic: events, alarmTopic, reportsBucket }
      return { ...MERCHANT, ...shared, ordersTable: tables.orders, apiV3KeySecret: secrets.apiV3Key }
    }
    expect(told(both)).toBe(
      'ordersTable is that of shop/First (leave it out, or hand over another); apiV3KeySecret is that of shop/First (leave it out, or hand over another)',
    )
  })

  it('is what is left out of JavaScript', () => {
    expect(told(() => undefined as unknown as object)).toContain('mchid and appids, or alipay, must be given')
  })

  it('is no bundle of functions at all outside of the package', () => {
    const { bundles: _none, ...alone } = MERCHANT
    expect(told(() => alone)).toMatch(
      /^WechatPay finds no functions at .*: use the package .*, or set bundles$/,
    )
  })
})

describe('the props', () => {
  type Settings = Omit<StageInput, (typeof OF_A_STAGE)[number]>
  type Own = 'stage' | 'outputs' | 'release' | 'bundles'

  it('are the settings of a stage and what is given, each once', () => {
    expectTypeOf<keyof WechatPayProps>().toEqualTypeOf<keyof Settings | keyof GivenResources | Own>()
    expectTypeOf<Pick<WechatPayProps, keyof GivenResources>>().toEqualTypeOf<GivenResources>()
    expect(told(() => MERCHANT)).toBe('')
  })

  it('have the defaults that their types say', () => {
    const sources = ['wechat-pay-props', 'channel-props'].map((name) =>
      readFileSync(join(import.meta.dirname, `../../infra/library/${name}.ts`), 'utf8'),
    )
    // The first of each is that of the props.
    const source = sources.map((text) => text.split('\n}\n', 1)[0]).join('\n')
    const said = [
      ...source.matchAll(
        /@default ('[\w:/.]+'|\d+|true|false)(?!\d|, at most)(?:(?!\*\/)[^])*\*\/\n {2}readonly (\w+)\?:/g,
      ),
    ]
    const defaults = { ...v.getDefaults(StageSettings), outputs: true, release: 'canary', orderForm: 3 }
    const found = Object.entries(defaults)
    expect(said.length).toBeGreaterThan(15)
    for (const [, literal = '', name] of said)
      expect(found).toContainEqual([name, JSON.parse(literal.replaceAll("'", '"'))])
  })
})
