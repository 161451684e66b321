import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'

describe('the error of the API for a failed call to WeChat', () => {
  it('keeps the code and the request id of WeChat and not its message, which can quote what was sent', () => {
    const details = { certain: true, httpStatus: 403, wechatCode: 'NO_AUTH', requestId: 'w-1' }
    const error = appErrorOf(new ChannelError('refused', 'quotes the body', details))
    expect(error).toMatchObject({ code: 'wechat_refused', wechatCode: 'NO_AUTH', wechatRequestId: 'w-1' })
    expect(error.message).not.toContain('quotes the body')
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
