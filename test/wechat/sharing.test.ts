import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture
beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const body = JSON.stringify({ transaction_id: '4200', out_order_no: 'U1', description: 'd' })
const told = {
  transaction_id: '4200',
  out_order_no: 'U1',
  order_id: '3008',
  state: 'FINISHED',
  receivers: [],
}
const answers = (json: object) => it_.primary.answer(signed(it_.platform.publicKey, json))

it('sends the very text, and believes an answer about it alone', async () => {
  answers(told)
  await expect(it_.wechat.unfreeze(body)).resolves.toEqual({ order_id: '3008', state: 'FINISHED' })
  expect(it_.primary.requests[0]).toMatchObject({ method: 'POST', url: '/v3/profitsharing/orders/unfreeze' })
  expect(String(it_.primary.requests[0]?.body)).toBe(body)
  answers({ ...told, state: 'ACCEPTED' })
  await expect(it_.wechat.unfreeze(body)).resolves.toMatchObject({ state: 'PROCESSING' })
  answers({ ...told, out_order_no: 'U2' })
  expect(await wechatError(it_.wechat.unfreeze(body))).toMatchObject({
    code: 'invalid_answer',
    certain: false,
  })
})

it('asks what is kept back, and knows a refusal', async () => {
  answers({ transaction_id: '4200', unsplit_amount: 12 })
  await expect(it_.wechat.unsplitAmount('4200')).resolves.toBe(12)
  answers({ transaction_id: '4200', unsplit_amount: '12' })
  expect(await wechatError(it_.wechat.unsplitAmount('4200'))).toMatchObject({ code: 'invalid_answer' })
  it_.primary.answer(failed(400, 'INVALID_REQUEST'))
  expect(await wechatError(it_.wechat.unsplitAmount('4200'))).toMatchObject({
    code: 'refused',
    certain: true,
  })
})
