/** In this repository the examples are checked against the sources of the construct; a test synthesizes them with its package. */
declare module 'wechatpay-lambda-cdk' {
  export { WechatPay } from '#infra/library/wechat-pay.ts'
  export type { WechatPayProps } from '#infra/library/wechat-pay-props.ts'
}
