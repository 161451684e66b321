/**
 * Attacks 40 to 44 are made on a parser of XML. The routes of notify have none and refuse XML unread; that of notify-v2 reads
 * fields of text alone, and believes none of them.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { NOTIFY_REFUND_V2_PATH } from '#shared/operations.ts'
import { PAYMENT_ROUTE, REFUND_ROUTE } from '#test/security/attacked-stack.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'
import { bundled } from '#test/security/bundled.ts'
import { INNER, refundNotice, xmlOf } from '#test/support/refund-notice.ts'
import { storedFacts } from '#test/support/stored.ts'

const XML_PARSERS =
  /(?:^|\/)(?:fast-xml-parser|xml2js|sax|saxes|xmldom|@xmldom|libxmljs2?|xml-js|htmlparser2|cheerio)(?:\/|$)/

const ATTACKS = {
  '40 external entities and entity expansion': `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]><xml><attach>&b;&f;</attach></xml>`,
  '41 an element sent twice': '<xml><total_fee>1</total_fee><total_fee>100</total_fee><sign>A</sign></xml>',
  '42 no sign and no appid':
    '<xml><return_code>SUCCESS</return_code><out_trade_no>ORDER-1</out_trade_no></xml>',
  '43 a weaker sign_type':
    '<xml><sign_type>MD5</sign_type><sign>D41D8CD98F00B204E9800998ECF8427E</sign></xml>',
  '44 an element named like the prototype': '<xml><__proto__><mchid>1900000109</mchid></__proto__></xml>',
}

/** The same attacks in what is sealed: only who has the APIv2 key could make them. */
const SEALED: ReadonlyMap<string, string> = new Map([
  [
    'an external entity',
    `<!DOCTYPE root [<!ENTITY n SYSTEM "file:///etc/hostname">]><root><out_refund_no>&n;</out_refund_no></root>`,
  ],
  ['a number twice', '<root><out_refund_no>A</out_refund_no><out_refund_no>B</out_refund_no></root>'],
  // There is no signature to leave out or to weaken: what it says is asked for at WeChat, which knows no such refund.
  ['a refund that is not there', xmlOf('root', { ...INNER, out_refund_no: 'NO-SUCH-REFUND' })],
  ['a sign_type', xmlOf('root', { ...INNER, out_refund_no: 'NO-SUCH-REFUND', sign_type: 'MD5' })],
  ['a prototype', '<root><__proto__>1</__proto__><out_refund_no>A</out_refund_no></root>'],
])

export function xmlAttacks(attacked: () => AttackedStack): void {
  const notice = (body: string) =>
    attacked().deliver({
      number: '',
      path: NOTIFY_REFUND_V2_PATH,
      headers: { 'content-type': 'text/xml' },
      body: Buffer.from(body),
    })

  it.each(Object.entries(ATTACKS))('%s: XML is refused unread', async (_, xml) => {
    for (const path of [PAYMENT_ROUTE, REFUND_ROUTE]) {
      for (const [type, status] of [
        ['text/xml', 415],
        ['application/xml', 415],
        ['application/json', 401],
      ] as const) {
        const delivery = { number: '', path, headers: { 'content-type': type }, body: Buffer.from(xml) }
        expect((await attacked().deliver(delivery)).status).toBe(status)
      }
      const signed = attacked().genuine({ path, body: Buffer.from(xml) })
      expect((await attacked().deliver(signed)).status).toBe(400)
    }
  })

  it('40-44 in a refund notice: answered FAIL, and nothing changes', async () => {
    const before = await storedFacts(attacked().stack)
    const key = attacked().keys().apiv2_key
    const outer = { mch_id: attacked().stack.description.mchid }
    const sealed = [...SEALED.values()].map((inner) => refundNotice({ inner, key, outer }))
    for (const body of [...Object.values(ATTACKS), ...sealed, refundNotice({ outer })]) {
      const answer = await notice(body)
      expect([400, 503]).toContain(answer.status)
      expect(answer.body).toContain('<return_code><![CDATA[FAIL]]></return_code>')
    }
    expect(await storedFacts(attacked().stack)).toEqual(before)
  })

  it('40-44 one bundle holds an XML parser, and no other has a source that names one', async () => {
    for (const [operation, { packages, files }] of await bundled()) {
      const parsers = packages.filter((name) => XML_PARSERS.test(name))
      expect([operation, parsers]).toEqual([operation, operation === 'notify-v2' ? ['saxes'] : []])
      const ours = files.filter((path) => !path.includes('node_modules/'))
      const naming = ours.filter((path) =>
        /xml/i.test(readFileSync(path, 'utf8').replaceAll(/APIv2 XML/g, '')),
      )
      const elsewhere = naming.filter((path) => !path.endsWith('shared/api/media-type.ts'))
      expect(operation === 'notify-v2' ? [] : elsewhere).toEqual([])
    }
  })
}
