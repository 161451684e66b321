/** Attacks 71 and 72: on the answers of Alipay's gateway, of which only a part is signed, and on its bills, of which nothing is. */
import { expect, it } from 'vitest'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import { createBills } from '#shared/alipay/bills/day-bill.ts'
import { systemClock } from '#shared/clock.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { silentLogger } from '#shared/log.ts'
import { zipFile } from '#simulator/alipay/zip-file.ts'
import { ACCOUNT, APP, APP_ID, RING, signedAnswer } from '#test/alipay/alipay-keys.ts'
import type { Fields } from '#test/alipay/alipay-keys.ts'
import { startPeer } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'
import { TAKEN } from '../attacked-alipay.ts'
import type { AttackedAlipay } from '../attacked-alipay.ts'

const QUERY = 'alipay.trade.fastpay.refund.query'
const BILL = 'alipay.data.dataservice.bill.downloadurl.query'

const says =
  (text: string): Answerer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' }).end(text)

export function alipayAnswerAttacks(alipay: () => AttackedAlipay): void {
  it('71 Alipay: an answer that is named inside of a value, twice, or beside another is no answer', async () => {
    const name = `${QUERY.replaceAll('.', '_')}_response`
    const told = (fields: Fields) => ({
      code: '10000',
      out_trade_no: fields['out_trade_no'],
      trade_no: fields['trade_no'],
      out_request_no: fields['out_biz_no'],
      total_amount: '88.80',
      refund_amount: '10.00',
      refund_status: 'REFUND_SUCCESS',
    })
    const refund = () => {
      const fields = alipay().fresh({ refund_fee: '10.00' })
      return { ...fields, out_biz_no: `${fields['out_trade_no']}R` }
    }
    const spoil: readonly ((genuine: string, content: string) => string)[] = [
      (_, content) => `{"x":{"${name}":${content}},"sign":"A"}`,
      (genuine, content) => `{"${name}":${content},${genuine.slice(1)}`,
      (genuine, content) => `{"error_response":${content},${genuine.slice(1)}`,
      (genuine) => `${genuine}${genuine}`,
      (genuine) => genuine.replace('10.00', '88.80'),
      (genuine) => genuine.replace(/"sign":"[^"]+"/, '"sign":"A"'),
    ]
    const attacks = [...spoil, (genuine: string) => genuine].map((change) => {
      const fields = refund()
      const text = change(signedAnswer(QUERY, told(fields)), JSON.stringify(told(fields)))
      return { fields, number: fields.out_biz_no, text }
    })
    // All at once: what is not believed is asked for again.
    alipay().peer.answer((request, response) => {
      const asked = new URLSearchParams(request.body).get('biz_content') ?? ''
      says(attacks.find(({ number }) => asked.includes(`"${number}"`))?.text ?? '')(request, response)
    })
    const answers = await Promise.all(
      attacks.map(({ fields }) => alipay().answered(alipay().genuine(fields))),
    )
    expect(answers).toEqual(attacks.map(() => TAKEN))
    const stored = await Promise.all(attacks.map(({ number }) => alipay().refundStored(number)))
    expect(stored).toEqual([...spoil.map(() => false), true])
  })

  it('72 Alipay: a bill whose archive swells or is none, or whose address leads elsewhere', async () => {
    const [files, elsewhere] = await Promise.all([startPeer(), startPeer()])
    const transport = createHttpTransport()
    const bills = createBills({
      appId: APP_ID,
      account: ACCOUNT,
      gatewayUrl: `${files.origin}/gateway.do`,
      signer: async () => loadAppSigner({ private_key: APP.privatePem }),
      keyRing: async () => RING,
      transport,
      clock: systemClock,
      logger: silentLogger,
      repeats: false,
      download: createHttpDownload(),
    })
    const rowsOf = async (address: string, archive: Uint8Array) => {
      const offer = says(signedAnswer(BILL, { code: '10000', bill_download_url: address }))
      files.answer(offer, (_, response) => response.writeHead(200).end(archive))
      const day = await bills.dayBill('trade', '2026-06-08')
      return day.state === 'ready' ? bills.readTrade?.(day.file, () => {}) : undefined
    }
    const zeros = zipFile([{ name: Buffer.from('bill.csv'), content: Buffer.alloc(10_000_000) }])
    await expect(rowsOf(`${files.origin}/bill`, zeros)).rejects.toThrow(/unknown_layout|not_readable|row_/)
    await expect(rowsOf(`${files.origin}/bill`, Buffer.from('PK\u0003\u0004'))).rejects.toThrow(
      'not_readable',
    )
    for (const address of [
      `${elsewhere.origin}/bill`,
      'http://169.254.169.254/latest/meta-data',
      `http://alipay.com@${elsewhere.origin.slice(7)}/bill`,
      'https://alipay.com.example/bill',
      'file:///etc/passwd',
    ])
      await expect(rowsOf(address, zeros)).rejects.toMatchObject({ code: 'invalid_answer' })
    expect(elsewhere.requests).toEqual([])
    transport.close()
    await Promise.all([files.close(), elsewhere.close()])
  })
}
