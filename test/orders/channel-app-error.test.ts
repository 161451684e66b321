import { describe, expect, it } from 'vitest'
import { problemOf } from '#shared/api/problem.ts'
import type { Problem } from '#shared/api/problem-schema.ts'
import { AppError } from '#shared/errors.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { CHANNEL_ERROR_CODES, ChannelError } from '#shared/orders/channel-error.ts'

const wordsOf = ({ title, title_zh, action, action_zh, detail = '' }: Problem) =>
  [title, title_zh, action, action_zh, detail].join()

describe('the error of the API for a failed call to a channel', () => {
  it('keeps the code and the request id of WeChat and not its message, which can quote what was sent', () => {
    const details = { certain: true, httpStatus: 403, wechatCode: 'NO_AUTH', requestId: 'w-1' }
    const error = appErrorOf(new ChannelError('refused', 'quotes the body', details))
    expect(error).toMatchObject({ code: 'wechat_refused', wechatCode: 'NO_AUTH', wechatRequestId: 'w-1' })
    expect(error.message).not.toContain('quotes the body')
  })

  it.each(CHANNEL_ERROR_CODES)(
    'says of %s what happened and what to do, and names no channel that it was not',
    (code) => {
      const refusal = new ChannelError(code, 'Alipay answered', {
        certain: true,
        wechatCode: 'ACQ.TRADE_HAS_CLOSE',
      })
      const problem = problemOf(appErrorOf(refusal), 'request-1')
      expect(wordsOf(problem)).not.toMatch(/wechat(?!_)|微信/i)
      expect(problem).toMatchObject({
        channel_code: 'ACQ.TRADE_HAS_CLOSE',
        wechat_code: 'ACQ.TRADE_HAS_CLOSE',
      })
    },
  )

  it('and what closing says of an order that no payer has opened names none either', () => {
    expect(wordsOf(problemOf(new AppError('order_not_placed'), 'request-1'))).not.toMatch(/wechat|微信/i)
  })

  const keys = new AppError('key_unavailable', 'the merchant-signing secret has no value yet')

  it('is our own when nothing was sent for want of keys', () => {
    expect(appErrorOf(new ChannelError('not_sent', 'no keys', { certain: true, cause: keys }))).toBe(keys)
  })

  it('stays "outcome unknown" when keys went missing after an attempt that may have had an effect', () => {
    const error = new ChannelError('not_sent', 'no keys', { certain: false, cause: keys })
    expect(appErrorOf(error).code).toBe('wechat_unavailable')
  })
})
