/**
 * The small form of an order: what no condition, no index and no claim needs stands in one deflated attribute, so that each write
 * of an order costs one unit until it has had dozens of refunds.
 */
import { inflatedJson } from './inflated-json.ts'
import { zlib } from './zlib.ts'

/**
 * What orders say anyway, told to both sides, so that only what is their own has to be stored: the more often, the nearer to the
 * end. Orders are stored with it: it never changes. Other words need another form.
 */
const DICTIONARY = Buffer.from(
  [
    '"attach":"","time_expire":"2026-01-01T00:00:00+08:00","h5_url":"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx',
    '"failed_looks":1,"rejected_code":"PARAM_ERROR","reused_at":1790000000000,"unfreeze":{"out_order_no":"","description":"","state":"FINISHED",',
    '"applications":[{"type":"MERCHANT_BANK_CARD","state":"ACCEPTED","unsplit":{"amount":0,"at":1790000000000},"profit_sharing":true,',
    '"approval":{"rules":["singleAbove"],"names":1,"remind_at":1790000000000,"pause_at":1790000000000,"paused_at":,"begun_at":,"attempted_at":',
    '"decided":[{"action":"dismiss","hold":"operator#","by":"","note":"","at":1790000000000,"evidence":"","choice":"',
    '"words":[{"out_refund_no":"","word":"","at":1790000000000}],"closed_at":1790000000000,"refunded_at":1790000000000,',
    '"refused_code":"","refused_at":1790000000000,"failure_code":"NOT_ENOUGH","failed_at":1790000000000,"sending":"FAILED","sending":"UNKNOWN",',
    '"states":{"PROCESSING":1790000000000,"ABNORMAL":1790000000000,"CLOSED":1790000000000,"changes":[{"type":"refund.closed"}],"changes":[{"type":"refund.failed"}],',
    '"changes":[{"type":"payment.closed"}],"changes":[{"type":"order.held","holds":["over_refunded"]},{"type":"order.released","paid_after_close":true,',
    '"trade_type":"JSAPI","bank_type":"CMB_CREDIT","trade_type":"APP","trade_type":"MWEB","next_check_class":"refund_open","late","bank_type":"OTHERS",',
    '{"mchid":"1900000109","out_trade_no":"","channel":"jsapi","channel":"app","channel":"h5","channel":"native","description":"","request_hash":"',
    '"prepay":{"prepay_id":"wx26110000000000","code_url":"weixin://wxpay/bizpayurl?pr=","obtained_at":1790000000000},"untold":[],"created_at":1790000000000,',
    '"updated_at":1790000000000,"next_check_class":"refund_unknown","next_check_class":"unpaid_young","known":{"said":{"payments":[],"refunds":[],"overflow":[]},',
    '"ours":{"asked":{"appid":"wx","amount":{"total":100,"currency":"CNY"}},"placing":"CREATED","refunds":[]},"decided":[],"handled":{}}',
    '"known":{"said":{"payments":[{"appid":"wx","transaction_id":"42000000002026","success_time":"2026-11-26T10:00:00+08:00","amount":{"total":100,"payer_total":100,',
    '"currency":"CNY"},"trade_type":"NATIVE","bank_type":"OTHERS","told_at":1790000000000}],"refunds":[],"overflow":[]},',
    '"ours":{"asked":{"appid":"wx","amount":{"total":100,"currency":"CNY"}},"placing":"AWAITING_PAYMENT","refunds":[]},"decided":[],',
    '"handled":{"payment#1900000109##SUCCESS":{"version":3,"changes":[{"type":"payment.succeeded"}],"refundable":100,"deficit":0,"holds":[]}',
    '"request":"{\\"transaction_id\\":\\"42000000002026\\",\\"out_refund_no\\":\\"\\",\\"notify_url\\":\\"https://.execute-api.cn-north-1.amazonaws.com.cn/wechatpay/notify/refund\\",',
    '\\"reason\\":\\"\\",\\"amount\\":{\\"refund\\":,\\"total\\":,\\"currency\\":\\"CNY\\"}}","sending":"REQUESTED","sending":"UNKNOWN","attempt":1,"in_doubt":true,',
    '"refunds":[{"out_refund_no":"","refund_id":"5030000000202611","transaction_id":"42000000002026","total":100,"amount":100,"states":{"PROCESSING":1790000000000,',
    '"SUCCESS":1790000000000},"success_time":"2026-11-26T10:00:00+08:00","channel":"ORIGINAL"},{"out_refund_no":"","amount":100,"request_hash":"","sending":"REQUESTED",',
    '"attempt":1,"in_doubt":false,"created_at":1790000000000,"updated_at":1790000000000},',
    '"refund#1900000109##PROCESSING":{"version":5,"changes":[{"type":"refund.created"}],"refundable":0,"deficit":0,"holds":[]},',
    '"refund#1900000109##SUCCESS":{"version":6,"changes":[{"type":"refund.succeeded"}],"refundable":0,"deficit":0,"holds":[]}}}',
  ].join(''),
)

export function packed(plain: object): Uint8Array {
  return zlib().deflateRawSync(JSON.stringify(plain), { dictionary: DICTIONARY })
}

export function unpacked(stored: Uint8Array): unknown {
  return inflatedJson(stored, DICTIONARY)
}
