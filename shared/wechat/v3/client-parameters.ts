/** Signs anew, for each answer, what the payer's client needs; native and H5 need nothing but their URL. */
import type { Clock } from '#shared/clock.ts'
import type { Order } from '#shared/orders/order.ts'
import type { ClientParameters } from '#shared/orders/payment-channel.ts'
import { appPayParams, jsapiPayParams } from './pay-params.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'

export interface ClientParameterDeps {
  readonly signer: () => Promise<MerchantSigner>
  readonly clock: Clock
  readonly nonce: () => string
}

export function createClientParameters({ signer, clock, nonce }: ClientParameterDeps) {
  return async ({ method, appid, prepay }: Order): Promise<ClientParameters | undefined> => {
    if (prepay?.prepay_id === undefined || (method !== 'jsapi' && method !== 'app')) return undefined
    const input = {
      appid,
      prepayId: prepay.prepay_id,
      timestamp: Math.floor(clock.now() / 1000),
      nonce: nonce(),
    }
    return method === 'jsapi' ? jsapiPayParams(await signer(), input) : appPayParams(await signer(), input)
  }
}
