/** better-wechatpay, set up as its README does, with its own setting of the base URL. */
import { connection } from './client.ts'
import type { Answer, Arguments, Client, Connection, Setup } from './client.ts'
import type { packageOf } from './install.ts'

export const NAME = 'better-wechatpay'

export type BetterWechatpay = { readonly initialize: (options: unknown) => Promise<Pay> }

/** Nobody here knows its types. */
type Pay = ReturnType<typeof packageOf>

export function betterWechatpay(version: string, WeChatPay: BetterWechatpay): Client {
  return { name: NAME, version, connect: (setup) => connect(setup, WeChatPay) }
}

async function connect(setup: Setup, WeChatPay: BetterWechatpay): Promise<Connection> {
  const { mode, mchid, appid, apiUrl, keys, notifyUrl } = setup
  const [merchant] = keys.merchant
  const publicKey = { paymentPublicKey: keys.public_key.public_key_pem, publicKeyId: keys.public_key.id }
  const pay = await WeChatPay.initialize({
    config: {
      appId: appid,
      mchId: mchid,
      apiKey: keys.apiv3_key,
      privateKey: merchant!.private_key_pem,
      publicKey: merchant!.certificate_pem,
      baseUrl: apiUrl,
      notifyUrl,
      ...(mode === 'certificate' ? {} : publicKey),
      ...(mode === 'mixed' ? { forceFetchPlatformCertificates: true } : {}),
    },
  })
  const answer = async (call: Promise<Answer>): Promise<Answer> =>
    call.catch((error) => Promise.reject(new Error(`${error.message} ${JSON.stringify(error.data)}`)))
  const place = (method: string) => (given: Arguments) =>
    answer(
      pay[method].create({
        out_trade_no: given.out_trade_no,
        description: '咖啡',
        amount_cents: given.total,
        openid: given.openid,
        payer_client_ip: '127.0.0.1',
        h5_info: { type: 'Wap' },
      }),
    )
  const { native } = pay
  return connection({
    prepay_native: place('native'),
    prepay_jsapi: place('jsapi'),
    prepay_app: place('app'),
    prepay_h5: place('h5'),
    query: ({ out_trade_no }) => answer(native.query({ out_trade_no })),
    query_id: ({ transaction_id }) => answer(native.queryByTransactionId({ transaction_id })),
    close: ({ out_trade_no }) => answer(native.close(out_trade_no).then(() => ({}))),
    refund: ({ out_trade_no, out_refund_no, refund, total }) =>
      answer(native.refund({ out_trade_no, out_refund_no, refund_cents: refund, total_cents: total })),
    query_refund: ({ out_refund_no }) => answer(native.queryRefund({ out_refund_no })),
    async notification({ headers, body }) {
      const { success, decryptedData } = await pay['webhook'].verify({ headers, body })
      if (success !== true) throw new Error('webhook.verify says no')
      return decryptedData
    },
  })
}
