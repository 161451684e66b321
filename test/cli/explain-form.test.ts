/** What is said of a notification of Alipay that does not verify. */
import { createSign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explainForm } from '#cli/explain/explain-form.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import {
  ALIPAY,
  APP,
  type Fields,
  formOf,
  notificationOf,
  PAID,
  signedFields,
} from '#test/alipay/alipay-keys.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { createShell } from './shell.ts'

const NOW = Date.parse('2026-06-08T10:35:00Z')
const KEYS = { alipay: [{ kind: 'public_key', pem: ALIPAY.publicPem }], app: APP.publicKey } as const
const explain = (body: Buffer, keys: Parameters<typeof explainForm>[1] = KEYS) => explainForm(body, keys, NOW)
const stranger = makeKeyPair()

const overOther = (more: Fields) => formOf(signedFields(PAID, { over: { ...PAID, ...more } }))
const withSign = (change: (sign: string) => string): Buffer => {
  const { sign = '', ...fields } = signedFields(PAID)
  return formOf({ ...fields, sign: change(sign) })
}
const sha1 = () =>
  createSign('sha1')
    .update(signedText(Object.entries(PAID)))
    .sign(ALIPAY.privateKey, 'base64')
const without = (name: string) => {
  const { [name]: _, ...fields } = signedFields(PAID)
  return formOf(fields)
}
const escaped = { ...PAID, fund_bill_list: PAID['fund_bill_list']!.replaceAll('"', '&quot;') }

const CASES: ReadonlyArray<readonly [string, () => Buffer, string]> = [
  [
    'a changed amount',
    () => overOther({ total_amount: '0.01' }),
    'body: the key is right, but a field is not what Alipay signed',
  ],
  [
    'sign_type that was signed',
    () => overOther({ sign_type: 'RSA2' }),
    'message: it was signed with sign_type kept in the text',
  ],
  [
    'a field that was added',
    () => formOf({ ...signedFields(PAID), via: 'proxy' }),
    'body: the field via was added after Alipay signed',
  ],
  [
    'HTML in values',
    () => formOf({ ...signedFields(PAID), ...escaped }),
    'body: values were escaped for HTML',
  ],
  [
    'values that are still encoded',
    () => formOf({ ...signedFields(PAID), gmt_payment: '2026-06-08+18%3A34%3A56' }),
    'body: values were encoded once more',
  ],
  [
    'a sign that was decoded twice',
    () => withSign((sign) => sign.replaceAll('+', ' ').replace(/^./, ' ')),
    'signature: sign holds blanks',
  ],
  ['a sign that is no base64', () => withSign(() => 'AA-_'), 'signature: '],
  ['no sign', () => without('sign'), 'signature: the field sign is missing'],
  ['no sign_type', () => without('sign_type'), 'signature: the field sign_type is missing'],
  [
    'another charset',
    () => notificationOf({ ...PAID, charset: 'GBK' }),
    'body: charset is another than utf-8',
  ],
  [
    'a value like two fields',
    () => notificationOf({ ...PAID, subject: 'a&total_amount=1.00' }),
    'message: a value looks like more than one field',
  ],
  ['SHA-1', () => withSign(sha1), 'signature: it was made over a sha1 hash'],
  [
    "the app's own key",
    () => formOf(signedFields(PAID, { key: APP.privateKey })),
    "key: it was signed with the app's own key",
  ],
  [
    'a stranger',
    () => formOf(signedFields(PAID, { key: stranger.privateKey })),
    'key: no key that is known here',
  ],
  [
    'a newline behind the body',
    () => Buffer.concat([notificationOf(PAID), Buffer.from('\n')]),
    'body: a newline was added',
  ],
  [
    'a body that is still base64',
    () => Buffer.from(notificationOf(PAID).toString('base64')),
    'body: the body is still base64',
  ],
  ['JSON', () => Buffer.from(JSON.stringify(PAID)), 'body: it is no form'],
]

describe('a notification of Alipay', () => {
  it('that is as it was signed has nothing to be said of', () => {
    expect(explain(notificationOf(PAID))).toEqual({ verified: true, findings: [] })
  })

  it.each(CASES)('with %s is told what differs, and nothing of its content', (_, body, problem) => {
    const { verified, findings } = explain(body())
    const told = findings.map((one) => `${one.element}: ${one.problem}`)
    expect([verified, told[0]]).toEqual([false, expect.stringContaining(problem)])
    expect(findings.every(({ remedy }) => remedy !== '')).toBe(true)
    expect(JSON.stringify(findings)).not.toMatch(/88\.80|2088102534368455|ORDER-0001/)
  })

  it('by a certificate that has run out is about the clock', () => {
    const pem = makeCertificate(ALIPAY, { notAfter: new Date(NOW - 1000) })
    const { findings } = explain(notificationOf(PAID), { alipay: [{ kind: 'certificate', pem }] })
    expect(findings).toMatchObject([{ element: 'clock', problem: expect.stringContaining('was not valid') }])
  })
})

describe('wxpay verify', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-form-'))
  const wxpay = createShell(directory)
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const file = (name: string, content: string | Buffer) => writeFileSync(join(directory, name), content)
  file('key.txt', ALIPAY.publicPem.replaceAll(/-----.*-----|\s/g, ''))

  it('takes a form, a raw request or an event, with the key as the console shows it', async () => {
    const form = notificationOf(PAID)
    file('form', form)
    file('raw', `POST /alipay/notify HTTP/1.1\r\nHost: x\r\n\r\n${form.toString()}`)
    file('event', JSON.stringify({ headers: {}, body: form.toString('base64'), isBase64Encoded: true }))
    for (const name of ['form', 'raw', 'event'])
      expect(await wxpay(['verify', name, '--alipay-key', 'key.txt'])).toMatchObject({
        code: 0,
        out: 'verified: Alipay signed exactly these fields\n',
      })
  })

  it('ends with 1 and the finding of one that does not verify', async () => {
    file('form', overOther({ total_amount: '0.01' }))
    const { code, out } = await wxpay(['verify', '--body', 'form', '--alipay-key', 'key.txt'])
    expect([code, out]).toEqual([1, expect.stringMatching(/^NOT verified\n\nbody: the key is right/)])
    expect((await wxpay(['verify', 'form', '--body', 'form', '--provider', 'alipay'])).code).toBe(2)
  })
})
