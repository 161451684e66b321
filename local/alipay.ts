/** Alipay (支付宝) of a stack on this machine: its app, the secrets that it needs, and what others are told of it. */
import { LocalError } from './local-error.ts'
import type { AlipayDescription } from './stack-description.ts'
import { formatAlipaySettings, parseAlipaySettings } from '#shared/alipay-settings.ts'
import type { AlipayKeyBundle } from '#simulator/alipay/keys.ts'
import type { AlipayOnShow } from '#simulator/alipay/on-show.ts'

/** As the settings of a stage have it. */
export interface AlipayApp {
  readonly appId: string
  readonly sellerId?: string
}

/** For a stage that has none of its own: nobody's, and the simulator's keys. */
export const EXAMPLE_APP: AlipayApp = { appId: '2021001161683774', sellerId: '2088531891668739' }

type Variables = Readonly<Record<string, string | undefined>>

/** As the template tells the functions; undefined of a stage without Alipay. @throws LocalError when they could not read it. */
export function alipayAppOf({ WXPAY_ALIPAY: text }: Variables): AlipayApp | undefined {
  if (text === undefined) return undefined
  const settings = parseAlipaySettings(text)
  if (settings === undefined)
    throw new LocalError('the functions have WXPAY_ALIPAY, and it is not the settings of Alipay')
  const { appId, sellerId } = settings
  return { appId, ...(sellerId !== undefined && { sellerId }) }
}

/** The functions call the gateway of the simulator. */
export function alipayVariables(
  app: AlipayApp | undefined,
  alipay: AlipayOnShow | undefined,
): Readonly<Record<string, string>> {
  if (app === undefined || alipay === undefined) return {}
  return { WXPAY_ALIPAY: formatAlipaySettings({ ...app, gatewayUrl: alipay.gatewayUrl }) }
}

/** What an operator enters: the key of the app, and what verifies Alipay; certificates or bare keys, as the app is registered. */
export function alipaySecrets(keys: AlipayKeyBundle): { readonly signing: object; readonly keys: object } {
  const { app_private_key_pem: private_key, mode } = keys
  if (mode === 'public_key')
    return { signing: { private_key }, keys: { keys: [{ kind: mode, pem: keys.alipay_public_key_pem }] } }
  return {
    signing: {
      private_key,
      app_certificate: keys.app_certificate_pem,
      root_certificate: keys.root_certificate_pem,
    },
    keys: { keys: [{ kind: mode, pem: keys.alipay_certificate_pem }] },
  }
}

export function describeAlipay(alipay: AlipayOnShow): AlipayDescription {
  const { app_private_key_pem, alipay_public_key_pem } = alipay.keys()
  return {
    alipay_app_id: alipay.appId,
    alipay_seller_id: alipay.sellerId,
    alipay_gateway_url: alipay.gatewayUrl,
    alipay_app_private_key_pem: app_private_key_pem,
    alipay_public_key_pem,
  }
}
