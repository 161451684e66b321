/** Attacks 1 to 6: the headers and bytes that are signed. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { signedHeaders } from '#test/support/wechat-keys.ts'
import { expectAllUnverified, expectUnverified, UNVERIFIED } from '#test/security/expectations.ts'
import type { AttackedStack, Delivery } from '#test/security/attacked-stack.ts'
import { sendRaw } from '#test/security/raw-http.ts'

const SIGNED = ['wechatpay-signature', 'wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial']

export function signatureHeaderAttacks(attacked: () => AttackedStack): void {
  const spoiled = (changes: Record<string, string | undefined>): Delivery => {
    const genuine = attacked().genuine()
    return { ...genuine, headers: { ...genuine.headers, ...changes } }
  }

  it('0 a genuine notification is stored, so that the refusals below mean something', async () => {
    const delivery = attacked().genuine()
    const { status, body } = await attacked().deliver(delivery)
    expect([status, body, await attacked().stored(delivery.number)]).toEqual([204, '', true])
  })

  it('1 a signed header that is missing, empty or sent twice', async () => {
    for (const name of SIGNED) {
      await expectUnverified(attacked(), spoiled({ [name]: undefined }))
      await expectUnverified(attacked(), spoiled({ [name]: '' }))
      const { number, path, headers, body } = attacked().genuine()
      const once = Object.entries(headers) as [string, string][]
      const answer = await sendRaw({
        url: attacked().apiUrl + path,
        headers: [...once, [name, headers[name]!]],
        body,
      })
      expect([answer.status, answer.body]).toEqual([UNVERIFIED.status, UNVERIFIED.body])
      expect(await attacked().stored(number)).toBe(false)
    }
  })

  it('2 a signature of random, missing, surplus or constant bytes', async () => {
    const genuine = Buffer.from(attacked().genuine().headers['wechatpay-signature']!, 'base64')
    const forgeries = [
      randomBytes(256),
      genuine.subarray(0, 255),
      Buffer.concat([genuine, Buffer.alloc(1)]),
      randomBytes(257),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.alloc(1),
    ]
    for (const bytes of forgeries)
      await expectUnverified(attacked(), spoiled({ 'wechatpay-signature': bytes.toString('base64') }))
  })

  it('3 a signature of another body, of another key, or by our own merchant key', async () => {
    const other = attacked().genuine()
    const { 'wechatpay-signature': borrowed } = other.headers
    await expectUnverified(attacked(), spoiled({ 'wechatpay-signature': borrowed }))
    const { serial } = attacked().platformSigner()
    const { merchant, public_key: publicKey } = attacked().keys()
    for (const pem of [merchant.at(-1)!.private_key_pem!, publicKey.private_key_pem]) {
      const genuine = attacked().genuine()
      const signer = { serial, privateKey: loadPrivateKey(pem) }
      await expectUnverified(attacked(), {
        ...genuine,
        headers: { ...genuine.headers, ...signedHeaders(signer, genuine.body) },
      })
    }
  })

  it('4 one flipped bit of timestamp, nonce, serial or body', async () => {
    const genuine = attacked().genuine()
    const headers = ['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial'].flatMap((name) =>
      printableFlips(genuine.headers[name]!).map((value) => ({
        headers: { ...genuine.headers, [name]: value },
      })),
    )
    const bodies = Array.from({ length: Math.ceil((genuine.body.length * 8) / 67) }, (_, index) => {
      const [body, bit] = [Buffer.from(genuine.body), index * 67]
      body[bit >> 3]! ^= 1 << (bit & 7)
      return { body }
    })
    await expectAllUnverified(attacked(), genuine, [...headers, ...bodies])
  })

  it('5 a body that was parsed and written again, or got a byte order mark or line end', async () => {
    const { body, ...genuine } = attacked().genuine()
    const text = body.toString()
    const json: unknown = JSON.parse(text)
    const reversed = Object.fromEntries(Object.entries(json as object).toReversed())
    const rewritten = [
      JSON.stringify(json, null, 2),
      JSON.stringify(reversed),
      `${text}\r\n`,
      `${text}\n`,
      ` ${text}`,
      `\u{feff}${text}`,
      text.replaceAll(',', ', '),
      text.replace('支付成功', String.raw`\u652f\u4ed8\u6210\u529f`),
    ]
    for (const changed of rewritten)
      await expectUnverified(attacked(), { ...genuine, body: Buffer.from(changed) })
  })

  it('6 base64 that Node would decode and RFC 4648 does not allow', async () => {
    const canonical = attacked().genuine().headers['wechatpay-signature']!
    const loose: ReadonlyArray<(signature: string) => string> = [
      (signature) => signature.replace(/=+$/, ''),
      (signature) => `${signature}=`,
      (signature) => `${signature.slice(0, 9)}!!${signature.slice(9)}`,
      (signature) => `${signature.slice(0, 9)} ${signature.slice(9)}`,
      (signature) => `${signature}AAAA`,
      (signature) => `${signature.slice(0, -3)}${nextDigit(signature.at(-3)!)}==`,
    ]
    expect(Buffer.from(loose[2]!(canonical), 'base64')).toEqual(Buffer.from(canonical, 'base64'))
    for (const loosen of loose) await acceptedUntilLoosened(attacked(), loosen)
    await acceptedUntilLoosened(attacked(), (signature) =>
      signature.replaceAll('+', '-').replaceAll('/', '_'),
    )
  })
}

/** The same bytes in other digits: only the spelling is what is refused. */
async function acceptedUntilLoosened(
  attacked: AttackedStack,
  loosen: (signature: string) => string,
): Promise<void> {
  const genuine = attacked.genuine()
  const spelled = loosen(genuine.headers['wechatpay-signature']!)
  await expectUnverified(attacked, {
    ...genuine,
    headers: { ...genuine.headers, 'wechatpay-signature': spelled },
  })
  expect((await attacked.deliver(genuine)).status).toBe(204)
}

/** Another digit with the same bits where they count: only the padding bits differ. */
function nextDigit(digit: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return digits[digits.indexOf(digit) + 1]!
}

function printableFlips(value: string): string[] {
  const flips: string[] = []
  for (let bit = 0; bit < value.length * 8; bit += 1) {
    const bytes = Buffer.from(value)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const text = bytes.toString('latin1')
    // Other bytes cannot be sent in a header at all.
    if (/^[\x21-\x7e]+$/.test(text)) flips.push(text)
  }
  return flips
}
