/** What clients are given: keys for their mode, and an order to place. */
import type { Arguments, Setup } from './client.ts'

/** WeChat's keys by serial, as a merchant in this mode has them. */
export function platformKeys({ mode, keys }: Setup): Readonly<Record<string, string>> {
  const certificates = keys.platform.certificates.map(
    ({ serial_no, certificate_pem }) => [serial_no, certificate_pem] as const,
  )
  const publicKey = [keys.public_key.id, keys.public_key.public_key_pem] as const
  return Object.fromEntries([
    ...(mode === 'public_key' ? [] : certificates),
    ...(mode === 'certificate' ? [] : [publicKey]),
  ])
}

/** The body of a prepay call in WeChat's own words. */
export function orderOf(setup: Setup, method: string, given: Arguments): Readonly<Record<string, unknown>> {
  return {
    appid: setup.appid,
    mchid: setup.mchid,
    out_trade_no: given.out_trade_no,
    description: '咖啡',
    notify_url: setup.notifyUrl,
    amount: { total: given.total, currency: 'CNY' },
    ...(method === 'jsapi' ? { payer: { openid: given.openid } } : {}),
    ...(method === 'h5' ? { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } } : {}),
  }
}
