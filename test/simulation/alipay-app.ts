/** The app of the merchant at Alipay. */
import { alipayAccount } from '#shared/facts/account.ts'

export const ALIPAY_APP = '2021001161683774'
export const ALIPAY_SELLER = '2088531891668739'
export const ALIPAY_ACCOUNT = alipayAccount(ALIPAY_APP)
