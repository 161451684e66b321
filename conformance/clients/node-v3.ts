/** wechatpay-node-v3, set up as its README does; what it sends to WeChat's own address goes to the simulator. */
import { connection } from './client.ts'
import type { Answer, Arguments, Client, Connection, Setup } from './client.ts'
import { packageOf } from './install.ts'
import { orderOf } from './setup.ts'

export const NAME = 'wechatpay-node-v3'
const WECHAT = 'https://api.mch.weixin.qq.com'

export function nodeV3(version: string): Client {
  return { name: NAME, version, connect: (setup) => Promise.resolve(connect(setup)) }
}

interface Output {
  readonly status?: number
  readonly data?: Answer & Record<string, string>
  readonly error?: unknown
}

function connect(setup: Setup): Connection {
  const WxPay = packageOf(NAME)
  const { mchid, appid, keys } = setup
  const [merchant] = keys.merchant
  // Certificates are kept by the class: another setup must not find those of the last one.
  WxPay.certificates = {}
  const pay = new WxPay({
    appid,
    mchid,
    publicKey: Buffer.from(merchant!.certificate_pem),
    privateKey: Buffer.from(merchant!.private_key_pem!),
    key: keys.apiv3_key,
  })
  redirect(pay, setup.apiUrl)
  const dataOf = async (call: Promise<Output>): Promise<Answer & Record<string, string>> => {
    const { status = 0, data, error } = await call
    if (status < 200 || status >= 300) throw new Error(`${status} ${JSON.stringify(error)}`)
    return data ?? {}
  }
  const place = (method: string) => (given: Arguments) => {
    const { appid: _, mchid: __, ...order } = orderOf(setup, method, given)
    return dataOf(pay[`transactions_${method}`](order))
  }
  // For these two it answers what is handed to the WeChat client, and hides the prepay_id in it.
  const parameters = (method: string) => async (given: Arguments) => ({
    parameters: await place(method)(given),
  })
  return connection({
    certificates: async () => ({
      serials: (await pay.get_certificates(keys.apiv3_key)).map(
        (one: { serial_no: string }) => one.serial_no,
      ),
    }),
    prepay_native: place('native'),
    prepay_h5: place('h5'),
    prepay_jsapi: async (given) => ({
      prepay_id: (await place('jsapi')(given))['package']?.replace('prepay_id=', '') ?? '',
    }),
    prepay_app: async (given) => ({ prepay_id: (await place('app')(given))['prepayid'] ?? '' }),
    pay_params_jsapi: parameters('jsapi'),
    pay_params_app: parameters('app'),
    query: ({ out_trade_no }) => dataOf(pay.query({ out_trade_no })),
    query_id: ({ transaction_id }) => dataOf(pay.query({ transaction_id })),
    close: ({ out_trade_no }) => dataOf(pay.close(out_trade_no)),
    refund: ({ out_trade_no, out_refund_no, refund, total }) =>
      dataOf(pay.refunds({ out_trade_no, out_refund_no, amount: { refund, total, currency: 'CNY' } })),
    query_refund: ({ out_refund_no }) => dataOf(pay.find_refunds(out_refund_no)),
    async notification({ headers = {}, body = '' }) {
      const verified = await pay.verifySign({
        timestamp: headers['wechatpay-timestamp'],
        nonce: headers['wechatpay-nonce'],
        body,
        serial: headers['wechatpay-serial'],
        signature: headers['wechatpay-signature'],
        apiSecret: keys.apiv3_key,
      })
      if (verified !== true) throw new Error('verifySign says no')
      const { ciphertext, associated_data, nonce } = JSON.parse(body).resource
      return pay.decipher_gcm(ciphertext, associated_data, nonce, keys.apiv3_key)
    },
  })
}

/** Its own requester is wrapped, so that what it builds and reads stays its own. */
function redirect(
  pay: { httpService: Record<string, (...args: unknown[]) => unknown> },
  apiUrl: string,
): void {
  const own = pay.httpService
  const to = (url: unknown): string => String(url).replace(WECHAT, apiUrl)
  pay.httpService = {
    get: (url, ...rest) => own['get']!.call(own, to(url), ...rest),
    post: (url, ...rest) => own['post']!.call(own, to(url), ...rest),
  }
}
