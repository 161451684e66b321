/** How channels are called in what people read. */
import type { Provider } from '#shared/providers.ts'

/** Of what the merchant has. */
export const PROVIDER_NAMES: Readonly<Record<Provider, string>> = { wechat: 'WeChat Pay', alipay: 'Alipay' }

/** Of who answers and notifies. */
export const PEER_NAMES: Readonly<Record<Provider, string>> = { wechat: 'WeChat', alipay: 'Alipay' }
