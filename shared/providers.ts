/** Who takes the money: the payment channels that there are. The merchant API calls one of them `provider`. */
export const PROVIDERS = ['wechat', 'alipay'] as const
export type Provider = (typeof PROVIDERS)[number]
