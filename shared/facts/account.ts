/**
 * Whose money it is: what keys, facts and orders call `mchid`. WeChat Pay's is the merchant number alone, as it was before there was
 * a second channel; every other one has the name of its channel before it. So every key says its channel, and none is stored twice.
 */
import type { Provider } from '#shared/providers.ts'

const ALIPAY = 'alipay:'

/** The account of an application of Alipay. */
export function alipayAccount(appId: string): string {
  return ALIPAY + appId
}

export function providerOf(account: string): Provider {
  return account.startsWith(ALIPAY) ? 'alipay' : 'wechat'
}
