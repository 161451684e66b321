/** Titles and advice of errors in Chinese. Apart from the codes, so that only what answers merchants has them in its bundle. */
import type { ErrorCode } from '#shared/errors.ts'

export interface ChineseText {
  readonly title: string
  readonly action: string
}

/** A code that is missing here does not compile. */
export const CHINESE: Readonly<Record<ErrorCode, ChineseText>> = {
  invalid_request: { title: '请求无效', action: '按指出的字段修正后重新发送' },
  unsupported_media_type: { title: '不支持的内容类型', action: '使用 application/json，且不要压缩' },
  body_too_large: { title: '请求体过大', action: '减小请求体' },
  not_found: { title: '没有这个路由', action: '路由见 README' },
  order_not_found: { title: '没有这个订单', action: '先创建订单，或核对 out_trade_no' },
  refund_not_found: { title: '没有这笔退款', action: '核对 out_refund_no' },
  order_number_used: {
    title: '订单号已被另一个请求使用',
    action: '原样重复最初的请求，或换一个新的 out_trade_no',
  },
  refund_number_used: {
    title: '退款单号已被另一个请求使用',
    action: '原样重复最初的请求，或换一个新的 out_refund_no',
  },
  order_already_paid: { title: '订单已支付', action: '不要再次收款；需要时退款' },
  order_closed: { title: '订单已关闭', action: '用新的 out_trade_no 创建新订单' },
  order_not_paid: { title: '订单未支付', action: '只有已支付的订单可以退款；若应已支付，请先查询' },
  order_held: { title: '订单已冻结，等待人工决定', action: '先查看并处理订单上的冻结原因' },
  hold_not_found: { title: '没有这项冻结', action: '查看订单当前的冻结' },
  hold_not_acceptable: { title: '这项冻结只能驳回', action: '在系统之外处理完毕后，将其驳回（dismiss）' },
  refunds_paused: {
    title: '退款已暂停',
    action: '未预留也未发送：待运维恢复退款后，用同一 out_refund_no 重复同一请求',
  },
  prepay_paused: { title: '下单已暂停', action: '什么都没有开始：待运维恢复下单后重复同一请求' },
  hold_decision_unfit: {
    title: '这项冻结不能用这个决定解除',
    action: '等待批准的退款用 approve 或 refuse；其他冻结用 dismiss 或 accept',
  },
  unfreeze_number_used: { title: '已有另一个请求解冻该订单', action: '原样重复那次请求；每个订单只解冻一次' },
  refund_not_abnormal: {
    title: '该退款没有异常',
    action: '只有微信称为 ABNORMAL 的退款可以退到银行卡；请查询',
  },
  operation_not_offered: {
    title: '该渠道不提供这项操作',
    action: '分账与异常退款是微信支付的功能；其他渠道请不要调用',
  },
  order_not_placed: { title: '渠道还不知道该订单', action: '重复下单请求，或等待订单过期' },
  refund_exceeds_refundable: { title: '退款超过可退金额', action: '退款金额不得超过可退金额' },
  too_many_refunds: { title: '该订单已有 50 笔退款', action: '每个订单最多 50 笔退款，其余请在系统之外处理' },
  wechat_refused: {
    title: '渠道拒绝了请求',
    action: '查看 channel_code；余额不足时充值后重复同一请求，其余修正后再试',
  },
  wechat_rate_limited: { title: '渠道要求放慢请求', action: '稍后重复同一请求' },
  wechat_unavailable: { title: '渠道没有给出可信的应答', action: '结果未知：重复同一请求，或查询' },
  key_unavailable: { title: '密钥不可用', action: '确认密钥已填写（见 README），然后重复请求' },
  storage_unavailable: { title: '存储不可用', action: '重复同一请求' },
  storage_conflict: { title: '订单在此期间变更得过于频繁', action: '重复同一请求' },
  deadline_exceeded: { title: '处理该请求的时间已用完', action: '结果可能未知：重复同一请求，或查询' },
  config_invalid: { title: '配置无效', action: '修正指出的配置并重新部署' },
  internal_error: { title: '我们这边出错了', action: '重复同一请求；再次出现时请报告 request_id' },
}
