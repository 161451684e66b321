/** What XML can do beyond fields of text is refused before anybody looks at it. */
import { describe, expect, it } from 'vitest'
import { MAX_XML_BYTES, readFlatXml } from '#shared/wechat/v2/flat-xml.ts'
import { refundNumberIn, readRefundNotice } from '#shared/wechat/v2/refund-notice.ts'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { APIV2_KEY, INNER, refundNotice, xmlOf } from '#test/support/refund-notice.ts'

const read = (text: string) => readFlatXml(Buffer.from(text), 'xml')

describe('flat XML', () => {
  it('is read field by field, in CDATA and in plain text', () => {
    const fields = read('<xml>\n <a><![CDATA[<b>&amp; ]] ]]></a>\n<c>1</c> <d></d><e/></xml>\n')
    expect([...fields!]).toEqual([
      ['a', '<b>&amp; ]]'],
      ['c', '1'],
      ['d', ''],
      ['e', ''],
    ])
    expect(read('<?xml version="1.0" encoding="UTF-8"?><xml><a>1</a></xml>')?.get('a')).toBe('1')
  })

  it.each([
    ['nothing', ''],
    ['no XML', '{"a":1}'],
    ['another root', '<root><a>1</a></root>'],
    ['a document type', '<!DOCTYPE xml><xml><a>1</a></xml>'],
    ['an external entity', '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><a>&x;</a></xml>'],
    ['entities that grow', `<!DOCTYPE xml [<!ENTITY a "${'a'.repeat(99)}">]><xml><a>&a;&a;</a></xml>`],
    ['a document type in lower case', '<!doctype xml><xml><a>1</a></xml>'],
    ['an entity that nobody declared', '<xml><a>&x;</a></xml>'],
    ['a predefined entity', '<xml><a>&lt;</a></xml>'],
    ['a reference to a character', '<xml><a>&#65;</a></xml>'],
    ['an instruction', '<xml><?php echo 1 ?><a>1</a></xml>'],
    ['an instruction in front', '<?xml-stylesheet href="x"?><xml><a>1</a></xml>'],
    ['a declaration of another encoding', '<?xml version="1.0" encoding="UTF-16"?><xml><a>1</a></xml>'],
    ['a comment', '<xml><!-- a --><a>1</a></xml>'],
    ['an attribute', '<xml><a b="c">1</a></xml>'],
    ['a name space', '<xml xmlns="urn:x"><a>1</a></xml>'],
    ['a prefix', '<xml><p:a>1</p:a></xml>'],
    ['an element within a field', '<xml><a><b>1</b></a></xml>'],
    ['a field twice', '<xml><a>1</a><a>1</a></xml>'],
    ['a name that objects have', '<xml><__proto__>1</__proto__></xml>'],
    ['text between fields', '<xml>x<a>1</a></xml>'],
    ['CDATA between fields', '<xml><![CDATA[x]]><a>1</a></xml>'],
    ['a second root', '<xml><a>1</a></xml><xml/>'],
    ['text behind', '<xml><a>1</a></xml>x'],
    ['an element that stays open', '<xml><a>1</xml>'],
    ['CDATA that stays open', '<xml><a><![CDATA[1</a></xml>'],
    ['an end of CDATA alone', '<xml><a>]]></a></xml>'],
    ['too many fields', `<xml>${Array.from({ length: 65 }, (_, n) => `<a${n}>1</a${n}>`).join('')}</xml>`],
    ['a depth without end', '<xml>'.repeat(2000)],
    ['too many bytes', `<xml><a>${'a'.repeat(MAX_XML_BYTES)}</a></xml>`],
    ['a byte order mark', '\uFEFF<xml><a>1</a></xml>'],
    ['a character that XML forbids', '<xml><a>\u0000</a></xml>'],
  ])('is not read with %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it('is not read in another encoding', () => {
    expect(readFlatXml(Buffer.from('<xml><a>\xff</a></xml>', 'latin1'), 'xml')).toBeUndefined()
  })
})

describe('a refund notice', () => {
  const keys = [loadApiV2Key(APIV2_KEY)]
  const numberIn = (told: Parameters<typeof refundNotice>[0]) => {
    const notice = readRefundNotice(Buffer.from(refundNotice(told)))
    return notice === undefined ? 'no notice' : refundNumberIn(notice, keys)
  }

  it('names its refund, and of all the rest nothing is taken', () => {
    expect(numberIn({})).toBe('C1')
    expect(readRefundNotice(Buffer.from(refundNotice()))).toEqual({
      mch_id: '1900000109',
      req_info: expect.any(String),
    })
  })

  it.each([
    ['that WeChat could not make', { outer: { return_code: 'FAIL' } }, 'no notice'],
    ['without a merchant', { outer: { mch_id: '' } }, 'no notice'],
    ['without content', { outer: { req_info: '' } }, 'no notice'],
    ['with endless content', { outer: { req_info: 'A'.repeat(8193) } }, 'no notice'],
    ['under another key', { key: 'x'.repeat(32) }, undefined],
    [
      'sealed in clear',
      { outer: { req_info: Buffer.from(xmlOf('root', INNER)).toString('base64') } },
      undefined,
    ],
    ['that names no refund', { inner: '<root><out_trade_no>1</out_trade_no></root>' }, undefined],
    [
      'that names two refunds',
      { inner: '<root><out_refund_no>1</out_refund_no><out_refund_no>2</out_refund_no></root>' },
      undefined,
    ],
    ['that names a path', { inner: xmlOf('root', { out_refund_no: '../certificates' }) }, undefined],
    ['with a document type inside', { inner: `<!DOCTYPE root>${xmlOf('root', INNER)}` }, undefined],
  ])('%s is none', (_, told, expected) => {
    expect(numberIn(told)).toBe(expected)
  })
})
