/** Attacks 40 to 44 need a parser of XML. There is none for anything that comes from outside, so XML is refused unread. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PAYMENT_ROUTE, REFUND_ROUTE } from '#test/security/attacked-stack.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'
import { bundled } from '#test/security/bundled.ts'

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

export function xmlAttacks(attacked: () => AttackedStack): void {
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

  it('40-44 no bundle holds an XML parser, and no source of ours names one', () => {
    for (const { packages, files } of bundled().values()) {
      expect(packages.filter((name) => XML_PARSERS.test(name))).toEqual([])
      const ours = files.filter((path) => !path.includes('node_modules/'))
      expect(
        ours.filter((path) => /xml/i.test(readFileSync(path, 'utf8').replaceAll(/APIv2 XML/g, ''))),
      ).toEqual([])
    }
  })
}
