/** How people ask for Alipay at the command line, and what they are told of it when it runs. */
import { portOf } from '../read-number.ts'
import { UsageError } from '../usage-error.ts'
import type { AlipayOnShow } from './on-show.ts'
import { ALIPAY_MODES } from './options.ts'
import type { AlipayOptions } from './options.ts'

export const ALIPAY_HELP = `
  --alipay                       Alipay (支付宝) as well: its gateway, and its levers in the control API
  --alipay-port <n>              port of its gateway (default 8905)
  --alipay-app-id <id>           its app (default 2021001161683774)
  --alipay-mode <mode>           ${ALIPAY_MODES.join(' | ')} (default certificate)`

export const ALIPAY_FLAGS = {
  alipay: { type: 'boolean', default: false },
  'alipay-port': { type: 'string', default: '8905' },
  'alipay-app-id': { type: 'string', default: '2021001161683774' },
  'alipay-mode': { type: 'string', default: 'certificate' },
} as const

export interface AlipayFlags {
  readonly alipay: boolean
  readonly 'alipay-port': string
  readonly 'alipay-app-id': string
  readonly 'alipay-mode': string
}

/** @returns undefined where it is not asked for. @throws UsageError */
export function alipayOptions(flags: AlipayFlags): AlipayOptions | undefined {
  if (!flags.alipay) return undefined
  const { 'alipay-port': port, 'alipay-app-id': appId, 'alipay-mode': given } = flags
  const mode = ALIPAY_MODES.find((known) => known === given)
  if (mode === undefined) throw new UsageError(`--alipay-mode ${given}: expected ${ALIPAY_MODES.join(', ')}`)
  if (!/^\d{16}$/.test(appId)) throw new UsageError(`--alipay-app-id ${appId}: expected 16 digits`)
  return { appId, port: portOf('alipay-port', port), mode }
}

/** What people read when it has started. */
export function alipayRows({
  gatewayUrl,
  appId,
  sellerId,
}: AlipayOnShow): ReadonlyArray<readonly [string, string]> {
  return [
    ['Alipay', `${gatewayUrl}     in place of https://openapi.alipay.com/gateway.do`],
    ['Alipay app', `${appId}, seller ${sellerId}`],
  ]
}

/** The same for programs. */
export function alipayFields({
  gatewayUrl,
  appId,
  sellerId,
}: AlipayOnShow): Readonly<Record<string, string>> {
  return { alipay_gateway_url: gatewayUrl, alipay_app_id: appId, alipay_seller_id: sellerId }
}

/** What a merchant downloads, by the names that Alipay's pages give it. */
export function alipayFiles(alipay: AlipayOnShow): Readonly<Record<string, string>> {
  const keys = alipay.keys()
  return {
    'alipay_app_private_key.pem': keys.app_private_key_pem,
    'alipay_appCertPublicKey.crt': keys.app_certificate_pem,
    'alipay_alipayCertPublicKey_RSA2.crt': keys.alipay_certificate_pem,
    'alipay_alipayRootCert.crt': keys.root_certificate_pem,
    'alipay_public_key.pem': keys.alipay_public_key_pem,
  }
}
