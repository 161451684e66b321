/** The packages that others publish for the same: how their documentation has notifications read, with their keys loaded. */
import type { Sample, SampleDelivery } from './sample.ts'

export const PEERS = { 'wechatpay-axios-plugin': '0.9.6', 'wechatpay-node-v3': '2.2.1' } as const
export type PeerName = keyof typeof PEERS

type Reader = (delivery: SampleDelivery) => unknown

/** @param load gives an installed package; nobody here knows its types. */
// eslint-disable-next-line typescript/no-explicit-any
export function createPeer(name: PeerName, load: (name: string) => any, sample: Sample): Reader {
  return name === 'wechatpay-axios-plugin' ? axiosPlugin(load(name), sample) : nodeV3(load(name), sample)
}

// eslint-disable-next-line typescript/no-explicit-any
function axiosPlugin({ Rsa, Formatter, Aes }: any, { publicPem, apiV3Key }: Sample): Reader {
  const key = Rsa.from(publicPem, Rsa.KEY_TYPE_PUBLIC)
  return ({ headers, body }) => {
    const message = Formatter.joinedByLineFeed(
      headers['wechatpay-timestamp'],
      headers['wechatpay-nonce'],
      body,
    )
    if (!Rsa.verify(message, headers['wechatpay-signature'], key))
      throw new Error('wechatpay-axios-plugin: not signed')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    return JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data))
  }
}

// eslint-disable-next-line typescript/no-explicit-any
function nodeV3(WxPay: any, { serial, publicPem, certificatePem, apiV3Key, mchid, appid }: Sample): Reader {
  const privateKey = Buffer.from('unused')
  const pay = new WxPay({ appid, mchid, publicKey: Buffer.from(certificatePem), privateKey, key: apiV3Key })
  WxPay.certificates = { [serial]: publicPem }
  return async ({ headers, body }) => {
    const verified = await pay.verifySign({
      timestamp: headers['wechatpay-timestamp'],
      nonce: headers['wechatpay-nonce'],
      serial: headers['wechatpay-serial'],
      signature: headers['wechatpay-signature'],
      body,
    })
    if (verified !== true) throw new Error('wechatpay-node-v3: not signed')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    return pay.decipher_gcm(ciphertext, associated_data, nonce, apiV3Key)
  }
}
