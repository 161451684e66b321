/** Whose payments a stack takes, by its outputs, and which of them a command is about. */
import { describe, expect, it } from 'vitest'
import { accountOf, withWechat } from '#cli/stack/accounts.ts'
import { describeOutputs } from '#cli/stack/deployed-stack.ts'

const COMMON =
  'ApiUrl AccountConcurrency FunctionReconcile OrdersTableName FactsTableName FactQueueUrl FactDeadLetterQueueUrl ReportsBucketName'
const WECHAT =
  'Mchid WechatApiUrl WechatApiBackupUrl NotifyPaymentUrl KeyRefreshQueueUrl MerchantSigningSecretArn ApiV3KeySecretArn ApiV2KeySecretArn PlatformKeysSecretArn'
const ALIPAY = 'AlipayAppId AlipayGatewayUrl NotifyAlipayUrl AlipaySigningSecretArn AlipayKeysSecretArn'

const stackWith = (...names: readonly string[]) => {
  const outputs = new Map(
    names
      .join(' ')
      .split(' ')
      .map((name) => [name, `the ${name}`] as const),
  )
  return describeOutputs('s', { region: 'cn-north-1', outputs })
}

describe('a stack with Alipay alone', () => {
  it('needs no output of WeChat Pay, and each of its own', () => {
    const stack = stackWith(COMMON, ALIPAY)
    expect(stack).not.toHaveProperty('wechat')
    expect(stack.alipay).toEqual({
      appId: 'the AlipayAppId',
      gatewayUrl: 'the AlipayGatewayUrl',
      notifyUrl: 'the NotifyAlipayUrl',
      secrets: { signing: 'the AlipaySigningSecretArn', keys: 'the AlipayKeysSecretArn' },
    })
    expect(() => stackWith(COMMON, ALIPAY.replace(' AlipayKeysSecretArn', ''))).toThrow(
      'the stack s has no output AlipayKeysSecretArn',
    )
  })

  it('is what a command means without --provider, and lacks what only WeChat Pay has', () => {
    const stack = stackWith(COMMON, ALIPAY)
    const own = { provider: 'alipay', mchid: 'alipay:the AlipayAppId' }
    expect(accountOf(stack)).toMatchObject(own)
    expect(accountOf(stack, { provider: 'alipay' })).toMatchObject(own)
    for (const ask of [() => accountOf(stack, { provider: 'wechat' }), () => withWechat(stack)])
      expect(ask).toThrow('the stack s does not take payments of WeChat Pay, but of Alipay')
  })
})

describe('a stack with both', () => {
  it('means WeChat Pay unless Alipay is named', () => {
    const stack = stackWith(COMMON, WECHAT, ALIPAY)
    expect(accountOf(stack)).toMatchObject({ provider: 'wechat', mchid: 'the Mchid' })
    expect(accountOf(stack, { provider: 'alipay' })).toMatchObject({ mchid: 'alipay:the AlipayAppId' })
    expect(withWechat(stack)).toMatchObject({ mchid: 'the Mchid', alipay: stack.alipay })
  })
})

describe('a stack of neither', () => {
  it('is told by the outputs that it lacks, as one of WeChat Pay', () => {
    expect(() => stackWith(COMMON)).toThrow('the stack s has no output Mchid, WechatApiUrl')
    const wechatAlone = stackWith(COMMON, WECHAT)
    expect(() => accountOf(wechatAlone, { provider: 'alipay' })).toThrow(
      'the stack s does not take payments of Alipay, but of WeChat Pay',
    )
  })
})
