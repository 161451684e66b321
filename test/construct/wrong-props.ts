/** What the types of the construct refuse: in this repository as in an app that has its package. */
import type { WechatPayProps } from 'wechatpay-lambda-cdk'

const merchant = { mchid: '1900000109', appids: ['wxd678efh567hg6787'] }
export const right: WechatPayProps = {
  ...merchant,
  logLevel: 'warn',
  refundRules: { singleAbove: 10_000, approvals: 2 },
}
export const alipayAlone: WechatPayProps = { alipay: { appId: '2021001161683774' } }
// @ts-expect-error: a merchant number is text
export const nobody: WechatPayProps = { ...merchant, mchid: 1_900_000_109 }
// @ts-expect-error: an unknown prop
export const unknown: WechatPayProps = { ...merchant, colour: 'red' }
const ordersTable = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders'
// @ts-expect-error: a table is a construct, not an ARN
export const arn: WechatPayProps = { ...merchant, ordersTable }
// @ts-expect-error: no such number of minutes
export const minutes: WechatPayProps = { ...merchant, canaryMinutes: 7 }
// @ts-expect-error: jwt needs an issuer
export const tokens: WechatPayProps = { ...merchant, merchantAuthorization: { type: 'jwt' } }
