/** Attacks 45 to 47: making us call somewhere else. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { startPeer } from '#test/support/wechat-peer.ts'
import { json, paidOrder } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'
import { bundled } from '#test/security/bundled.ts'

const EVIL = 'https://evil.example/wechatpay/notify/payment'

export function outboundAttacks(attacked: () => AttackedStack): void {
  it('45 notify_url comes from the configuration, whatever a caller sends', async () => {
    const order = {
      channel: 'native',
      out_trade_no: attacked().freshNumber(),
      description: 'tea',
      amount: { total: 1 },
    }
    expect((await attacked().merchant('POST', '/v1/payments', { ...order, notify_url: EVIL })).status).toBe(
      400,
    )
    expect((await attacked().merchant('POST', '/v1/payments', order)).status).toBe(200)
    const known = await attacked().stack.simulator!.control.orders()
    expect(known.find(({ out_trade_no }) => out_trade_no === order.out_trade_no)?.notify_url).toBe(
      `${attacked().apiUrl}/wechatpay/notify/payment`,
    )
  })

  it('46 no URL of an answer is followed but that of a bill, at a configured host: no redirect, no other host', async () => {
    const downloads = [...(await bundled())].flatMap(([name, { files }]) =>
      files
        .filter((path) => !path.includes('node_modules/'))
        .filter((path) => readFileSync(path, 'utf8').includes('download_url'))
        .map((path) => `${name} ${path}`),
    )
    // test/bills/day-bill.test.ts has the addresses that it refuses.
    expect(downloads).toEqual(['reconcile shared/wechat/v3/bills.ts'])
    const [peer, other] = await Promise.all([startPeer(), startPeer()])
    const transport = createHttpTransport()
    try {
      peer.answer((_, response) => void response.writeHead(302, { location: `${other.origin}/stolen` }).end())
      const request = {
        method: 'GET',
        origin: peer.origin,
        path: '/v3/x',
        headers: {},
        freshConnection: true,
      } as const
      expect((await transport.send(request)).status).toBe(302)
      expect(other.requests).toEqual([])
    } finally {
      transport.close()
      await Promise.all([peer.close(), other.close()])
    }
    for (const url of [
      'http://api.mch.weixin.qq.com',
      'https://user:pass@api.mch.weixin.qq.com',
      'ftp://a',
      'https://a?b',
      'http://169.254.169.254',
      'https://[::1]',
      'file:///etc/passwd',
    ]) {
      expect(() => readEnvironment({ WXPAY_API_URL: url }, 'query')).toThrow(/WXPAY_API_URL must be/)
    }
  })

  it("47 a refund's notify_url is ours and cannot be chosen", async () => {
    const number = await paidOrder(attacked())
    const refund = { out_refund_no: `R-${number}`, amount: { refund: 1 } }
    const path = `/v1/payments/${number}/refunds`
    expect((await attacked().merchant('POST', path, { ...refund, notify_url: EVIL })).status).toBe(400)
    const created = await attacked().merchant('POST', path, refund)
    expect([created.status, json(created)['status']]).toEqual([200, 'PROCESSING'])
    const { control } = attacked().stack.simulator!
    await control.finishRefund(refund.out_refund_no)
    const told = await control.waitForNotification({ out_refund_no: refund.out_refund_no })
    expect(told.url).toBe(`${attacked().apiUrl}/wechatpay/notify/refund`)
  })
}
