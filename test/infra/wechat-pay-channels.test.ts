/** `WechatPay` by the channels that it is given: what it gives out, and what its metrics count. */
import { App, Stack } from 'aws-cdk-lib'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { describe, expect, it } from 'vitest'
import { WechatPay } from '#infra/library/wechat-pay.ts'
import type { WechatPayProps } from '#infra/library/wechat-pay-props.ts'

const bundles = { directoryOf: () => import.meta.dirname }
const WECHAT = { mchid: '1900000109', appids: ['wxd678efh567hg6787'] }
const ALIPAY = { alipay: { appId: '2021001161683774' } }

const stack = new Stack(new App(), 'shop')
const made = (id: string, props: WechatPayProps) =>
  new WechatPay(stack, id, { ...props, bundles, canaryMinutes: 0 })
const alone = made('Alone', ALIPAY)
const both = made('Both', { ...WECHAT, ...ALIPAY })

/** The functions that a metric is about. */
function countedIn(metric: IMetric): readonly unknown[] {
  const { metricStat, mathExpression } = metric.toMetricConfig()
  const names = metricStat?.dimensions?.filter(({ name }) => name === 'function_name') ?? []
  const inside = Object.values(mathExpression?.usingMetrics ?? {}).flatMap(countedIn)
  return [...names.map(({ value }) => value), ...inside]
}

describe('WechatPay with Alipay alone', () => {
  it('needs neither a merchant number nor an appid, and has the secrets of Alipay alone', () => {
    expect(Object.keys(alone.secrets)).toEqual(['alipaySigning', 'alipayKeys'])
    expect(Object.keys(alone.functions)).toContain('notify-alipay')
    for (const name of ['notify', 'notify-v2', 'rotate-certs'])
      expect(alone.functions).not.toHaveProperty(name)
  })

  it('says where Alipay sends notifications, and counts those', () => {
    expect(alone.notifyUrl).toMatch(/\/alipay\/notify$/)
    expect(countedIn(alone.metricNotifications())).toEqual(['notify-alipay'])
    expect(alone.metricNotifyDuration().toMetricConfig().metricStat?.dimensions?.[0]?.value).toBe(
      alone.functions['notify-alipay']!.functionName,
    )
  })
})

describe('WechatPay with both channels', () => {
  it('has the secrets of both, and counts the notifications of both', () => {
    expect(Object.keys(both.secrets)).toEqual([
      'merchantSigning',
      'apiV3Key',
      'apiV2Key',
      'platformKeys',
      'alipaySigning',
      'alipayKeys',
    ])
    expect(both.notifyUrl).toMatch(/\/wechatpay\/notify\/payment$/)
    expect(countedIn(both.metricNotificationsRefused())).toEqual(['notify', 'notify-alipay'])
  })

  it('passes the options of a metric on', () => {
    expect(both.metricNotifications({ label: 'told' }).toMetricConfig().renderingProperties?.['label']).toBe(
      'told',
    )
  })
})
