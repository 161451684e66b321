/** One whole sample of each message in docs/wire.md, and how the code reads it. */
import { parseBillAnswer } from '#shared/wechat/v3/bills.ts'
import { parsePrepayAnswer } from '#shared/wechat/v3/payments.ts'
import { readCertificateList } from '#shared/wechat/v3/certificate-list.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { parseNotifiedRefund, parseRefund, parseTransaction } from '#shared/wechat/v3/resources.ts'
import { answerError } from '#shared/wechat/call/answer-error.ts'
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { makePlatformCertificate, sealNotification } from '#test/support/wechat-keys.ts'

export interface Read {
  readonly ok: boolean
  readonly value?: unknown
}

export interface Message {
  readonly sample: () => object
  readonly read: (json: unknown) => Read
}

const key = loadApiV3Key('0123456789abcdef0123456789abcdef')
const { serial, record } = makePlatformCertificate()
const bytesOf = (json: unknown) => Buffer.from(JSON.stringify(json))

const paidOrder = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900000109',
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'CMC',
  attach: '自定义数据',
  success_time: '2026-03-01T12:00:05+08:00',
  payer: { openid: 'o-canary' },
  amount: { total: 1000, payer_total: 900, currency: 'CNY', payer_currency: 'CNY' },
  scene_info: { device_id: '013467007045764' },
  promotion_detail: [{ coupon_id: '109519', amount: 100 }],
}

export const refundAnswer = {
  refund_id: '50300001',
  out_refund_no: 'R1',
  transaction_id: '4200000000000001',
  out_trade_no: 'ORDER-0001',
  channel: 'ORIGINAL',
  user_received_account: '招商银行信用卡0403',
  success_time: '2026-03-02T12:00:05+08:00',
  create_time: '2026-03-02T12:00:00+08:00',
  status: 'SUCCESS',
  funds_account: 'UNSETTLED',
  amount: {
    total: 1000,
    refund: 300,
    from: [{ account: 'AVAILABLE', amount: 300 }],
    payer_total: 900,
    payer_refund: 270,
    settlement_refund: 270,
    settlement_total: 900,
    discount_refund: 30,
    currency: 'CNY',
  },
  promotion_detail: [{ promotion_id: '109519', refund_amount: 30 }],
}

const unpaidOrder = () => {
  const { scene_info: _scene, promotion_detail: _promotion, ...rest } = paidOrder
  return { ...rest, amount: { total: 1000 }, trade_state: 'NOTPAY' }
}

const notifiedRefund = () => {
  const {
    status,
    create_time: _at,
    funds_account: _funds,
    promotion_detail: _p,
    amount,
    ...rest
  } = refundAnswer
  const { total, refund, payer_total, payer_refund } = amount
  return {
    ...rest,
    mchid: '1900000109',
    refund_status: status,
    amount: { total, refund, payer_total, payer_refund },
  }
}

/** Sealed for no purpose, so that `associated_data` may be absent. */
const envelope = () => {
  const sealed = JSON.parse(sealNotification({ apiV3Key: key, content: paidOrder })) as { resource: object }
  const resource = encryptResource(key, JSON.stringify(paidOrder), {
    nonce: 'fdasfjihihih',
    associated_data: '',
  })
  return { ...sealed, resource: { ...sealed.resource, ...resource } }
}

const certificateList = () => ({
  data: [
    {
      serial_no: serial,
      effective_time: '2026-06-08T10:34:56+08:00',
      expire_time: '2031-06-08T10:34:56+08:00',
      encrypt_certificate: encryptResource(key, record.pem, {
        nonce: '61f9c719728a',
        associated_data: 'certificate',
      }),
    },
  ],
})

/** By the headings of the page. */
export const MESSAGES: Readonly<Record<string, Message>> = {
  envelope: {
    sample: envelope,
    read: (json) => {
      const parsed = parseEnvelope(bytesOf(json))
      if (!parsed.ok) return parsed
      const opened = openNotification(parsed.value, [key])
      return { ok: opened.ok, value: [parsed.value, opened] }
    },
  },
  'paid order': { sample: () => structuredClone(paidOrder), read: parseTransaction },
  'unpaid order': { sample: unpaidOrder, read: parseTransaction },
  refund: { sample: () => structuredClone(refundAnswer), read: parseRefund },
  'notified refund': { sample: notifiedRefund, read: parseNotifiedRefund },
  'certificate list': {
    sample: certificateList,
    read: (json) => {
      const list = readCertificateList(bytesOf(json), [key])
      return { ok: list !== undefined && list.refused.length === 0, value: list?.certificates }
    },
  },
  'prepay answer': {
    sample: () => ({ prepay_id: 'wx201410272009395522657a690389285100' }),
    read: (json) => parsePrepayAnswer('jsapi', json),
  },
  'native prepay answer': {
    sample: () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=abc' }),
    read: (json) => parsePrepayAnswer('native', json),
  },
  'h5 prepay answer': {
    sample: () => ({ h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1' }),
    read: (json) => parsePrepayAnswer('h5', json),
  },
  'bill answer': {
    sample: () => ({
      hash_type: 'SHA1',
      hash_value: '79bb0f45fc4c42234a918000b2668d689e2bde04',
      download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=abc',
    }),
    read: parseBillAnswer,
  },
  error: {
    sample: () => ({
      code: 'PARAM_ERROR',
      message: '参数错误',
      detail: { location: 'body', value: 1 },
    }),
    read: (json) => {
      const { wechatCode, certain } = answerError('prepay', { status: 400, headers: {}, body: bytesOf(json) })
      return { ok: certain, value: wechatCode }
    },
  },
}
