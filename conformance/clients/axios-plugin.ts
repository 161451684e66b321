/** wechatpay-axios-plugin, set up as its README does, with the base URL changed. */
import { X509Certificate } from 'node:crypto'
import { connection } from './client.ts'
import type { Answer, Arguments, Client, Connection, Setup } from './client.ts'
import { packageOf } from './install.ts'
import { orderOf, platformKeys } from './setup.ts'

export const NAME = 'wechatpay-axios-plugin'

export function axiosPlugin(version: string): Client {
  return { name: NAME, version, connect: (setup) => Promise.resolve(connect(setup)) }
}

function connect(setup: Setup): Connection {
  const { Wechatpay, Rsa, Formatter, Aes } = packageOf(NAME)
  const { mchid, appid, apiUrl, keys } = setup
  const [merchant] = keys.merchant
  const certs = platformKeys(setup)
  const privateKey = merchant!.private_key_pem
  const wxpay = new Wechatpay({
    mchid,
    serial: merchant!.serial_no,
    privateKey,
    certs,
    baseURL: `${apiUrl}/`,
  })
  const dataOf = async (call: Promise<{ data: Answer }>): Promise<Answer> =>
    (
      await call.catch((error) =>
        Promise.reject(new Error(`${error.message} ${JSON.stringify(error.response?.data)}`)),
      )
    ).data
  const place = (method: string) => (given: Arguments) =>
    dataOf(wxpay.v3.pay.transactions[method].post(orderOf(setup, method, given)))
  const decrypt = ({ ciphertext, nonce, associated_data }: Record<string, string>): string =>
    Aes.AesGcm.decrypt(ciphertext, keys.apiv3_key, nonce, associated_data)
  const sign = (...lines: string[]): string =>
    Rsa.sign(Formatter.joinedByLineFeed(...lines), Rsa.from(privateKey, Rsa.KEY_TYPE_PRIVATE))

  return connection({
    async certificates() {
      const { data } = await wxpay.v3.certificates.get()
      return {
        serials: data.data.map(
          (item: { encrypt_certificate: Record<string, string> }) =>
            new X509Certificate(decrypt(item.encrypt_certificate)).serialNumber,
        ),
      }
    },
    prepay_native: place('native'),
    prepay_jsapi: place('jsapi'),
    prepay_app: place('app'),
    prepay_h5: place('h5'),
    async pay_params_jsapi(given) {
      const { prepay_id } = await place('jsapi')(given)
      const [timeStamp, nonceStr] = [`${Formatter.timestamp()}`, Formatter.nonce()]
      const params = { appId: appid, timeStamp, nonceStr, package: `prepay_id=${prepay_id}`, signType: 'RSA' }
      return { parameters: { ...params, paySign: sign(appid, timeStamp, nonceStr, params.package) } }
    },
    async pay_params_app(given) {
      const { prepay_id = '' } = await place('app')(given)
      const [timestamp, noncestr] = [`${Formatter.timestamp()}`, Formatter.nonce()]
      const params = {
        appid,
        partnerid: mchid,
        prepayid: prepay_id,
        package: 'Sign=WXPay',
        timestamp,
        noncestr,
      }
      return { parameters: { ...params, sign: sign(appid, timestamp, noncestr, prepay_id) } }
    },
    query: ({ out_trade_no }) =>
      dataOf(wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.get({ params: { mchid }, out_trade_no })),
    query_id: ({ transaction_id }) =>
      dataOf(wxpay.v3.pay.transactions.id.$transaction_id$.get({ params: { mchid }, transaction_id })),
    close: ({ out_trade_no }) =>
      dataOf(wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.close.post({ mchid }, { out_trade_no })),
    refund: ({ out_trade_no, out_refund_no, refund, total }) =>
      dataOf(
        wxpay.v3.refund.domestic.refunds.post({
          out_trade_no,
          out_refund_no,
          amount: { refund, total, currency: 'CNY' },
        }),
      ),
    query_refund: ({ out_refund_no }) =>
      dataOf(wxpay.v3.refund.domestic.refunds.$out_refund_no$.get({ out_refund_no })),
    notification({ headers = {}, body = '' }) {
      // Its README has functions for this, and the order in which to call them.
      const time = headers['wechatpay-timestamp']!
      const key = certs[headers['wechatpay-serial']!]
      if (Math.abs(Formatter.timestamp() - Number(time)) > 300) throw new Error('timestamp')
      const message = Formatter.response(time, headers['wechatpay-nonce'], body)
      if (
        key === undefined ||
        !Rsa.verify(message, headers['wechatpay-signature'], Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))
      )
        throw new Error('signature')
      return JSON.parse(decrypt(JSON.parse(body).resource))
    },
  })
}
