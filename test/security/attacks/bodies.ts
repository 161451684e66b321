/** Attacks 21 to 30: sizes, encodings and JSON. */
import { gzipSync, brotliCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { PAYMENT_ROUTE } from '#test/security/attacked-stack.ts'
import { expectRefused, expectUnverified, json, UNVERIFIED } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'

export function bodyAttacks(attacked: () => AttackedStack): void {
  const post = (body: Buffer, headers: Record<string, string> = {}) =>
    attacked().deliver({
      number: '',
      path: PAYMENT_ROUTE,
      headers: { ...attacked().genuine().headers, ...headers },
      body,
    })
  const sealedText = (text: string, number: string) => attacked().genuine({ number, content: text })
  const order = (changes: object) => ({
    channel: 'native',
    out_trade_no: attacked().freshNumber(),
    description: 'tea',
    amount: { total: 100 },
    ...changes,
  })
  const create = (body: unknown) => attacked().merchant('POST', '/v1/payments', body)

  it('21 no body, and bodies of 64 KiB and a byte to 10 MiB and more', async () => {
    expect((await post(Buffer.alloc(0))).status).toBe(401)
    for (const bytes of [64 * 1024 + 1, 1_000_000, 7_000_000, 10_500_000]) {
      expect((await post(Buffer.alloc(bytes, 'a'))).status).toBe(413)
    }
    expect((await create(`{"a":"${'x'.repeat(33 * 1024)}"}`)).status).toBe(413)
  })

  it('22 the base64 flag of the event turned round: only the bytes sent are verified', async () => {
    for (const encoding of ['base64', 'text'] as const) {
      attacked().stack.setBodyEncoding(encoding)
      expect((await attacked().deliver(attacked().genuine())).status).toBe(204)
    }
    attacked().stack.setBodyEncoding('auto')
    const { headers, body, number } = attacked().genuine()
    const event = (sent: string, isBase64Encoded: boolean) => ({
      routeKey: `POST ${PAYMENT_ROUTE}`,
      headers,
      body: sent,
      isBase64Encoded,
      requestContext: { requestId: 'r', http: { method: 'POST' } },
    })
    const swapped = [event(body.toString(), true), event(body.toString('base64'), false)]
    for (const one of swapped) {
      const result = await attacked().stack.lambda.invoke('notify', one)
      expect(result.ok && JSON.parse(result.payload)).toMatchObject({
        statusCode: expect.toBeOneOf([400, 401]),
      })
    }
    expect(await attacked().stored(number)).toBe(false)
  })

  it('23 compressed bodies are refused as they are and never inflated', async () => {
    const bomb = Buffer.alloc(20_000_000)
    for (const [encoding, body] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['deflate', gzipSync(bomb)],
      ['GZIP', gzipSync('{}')],
    ] as const) {
      expect((await post(body, { 'content-encoding': encoding })).status).toBe(415)
    }
  })

  it('24 other content types', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'text/xml',
      'application/json;charset=gbk',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
    ]) {
      const genuine = attacked().genuine()
      await expectRefused(
        attacked(),
        { ...genuine, headers: { ...genuine.headers, 'content-type': type } },
        [415],
      )
    }
  })

  it('25 JSON nested tens of thousands deep, or with thousands of keys', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    for (const text of [deep(32_000), objects(10_000)]) {
      await expectRefused(attacked(), attacked().genuine({ body: Buffer.from(text) }))
    }
    const number = attacked().freshNumber()
    await expectRefused(attacked(), sealedText(deep(20_000), number))
    for (const text of [deep(16_000), objects(5000), `{"detail":${deep(15_000)}}`]) {
      expect((await create(text)).status).toBe(400)
    }
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`k${index}`, index]))
    await expectRefused(attacked(), attacked().genuine({ body: Buffer.from(JSON.stringify(many)) }))
    const refused = await create({ ...order({}), ...many })
    expect([refused.status, json(refused)['errors']]).toEqual([400, [expect.any(Object)]])
  })

  it('26 keys that would reach the prototype', async () => {
    const number = attacked().freshNumber()
    const { mchid, ...rest } = attacked().transaction(number)
    for (const text of [
      JSON.stringify(rest).replace('{', `{"__proto__":{"mchid":"${mchid}"},`),
      JSON.stringify(rest).replace('{', `{"constructor":{"prototype":{"mchid":"${mchid}"}},`),
    ]) {
      await expectRefused(attacked(), sealedText(text, number))
    }
    const plain = order({})
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const text = JSON.stringify(plain).replace('{', `{"${key}":{"channel":"h5"},`)
      expect([200, 400]).toContain((await create(text)).status)
    }
    expect(json(await attacked().merchant('GET', `/v1/payments/${plain.out_trade_no}`))['channel']).not.toBe(
      'h5',
    )
  })

  it('27 keys written twice are only ever read in verified bytes', async () => {
    const { body, ...genuine } = attacked().genuine()
    const twice = Buffer.from(body.toString().replace('{', '{"id":"EV-FORGED",'))
    await expectUnverified(attacked(), { ...genuine, body: twice })
    expect(
      attacked()
        .lines('notify')
        .some((line) => line.includes('EV-FORGED')),
    ).toBe(false)
    const number = attacked().freshNumber()
    const text = JSON.stringify(attacked().transaction(number)).replace('{', '{"mchid":"1900000999",')
    expect((await attacked().deliver(sealedText(text, number))).status).toBe(204)
  })

  it('28 amounts that are no whole number of fen', async () => {
    for (const total of ['9007199254740993', '-1', '0', '1.5', '"100"', 'null', '[100]', '1e400', 'true']) {
      const text = JSON.stringify(order({})).replace('"total":100', `"total":${total}`)
      expect([total, (await create(text)).status]).toEqual([total, 400])
      const number = attacked().freshNumber()
      const told = JSON.stringify(attacked().transaction(number)).replace('"total":1000', `"total":${total}`)
      await expectRefused(attacked(), sealedText(told, number))
    }
    // The same number in JSON (RFC 8259, 6): no value is changed by reading it.
    const text = JSON.stringify(order({})).replace('"total":100', '"total":1e3')
    expect(json(await create(text))['amount']).toEqual({ total: 1000, currency: 'CNY' })
  })

  it('29 text with broken surrogates, NUL, right-to-left marks and emoji', async () => {
    for (const attach of [String.raw`"\ud800"`, String.raw`"a\u0000b"`, String.raw`"\u001b[31m"`]) {
      const text = JSON.stringify(order({ attach: '@' })).replace('"@"', attach)
      expect((await create(text)).status).toBe(400)
    }
    const attach = '\u202Eمتجر 👩‍👩‍👧 𠮷'
    const kept = order({ attach, description: attach })
    expect((await create(kept)).status).toBe(200)
    const view = json(await attacked().merchant('GET', `/v1/payments/${kept.out_trade_no}`))
    expect([view['attach'], view['description']]).toEqual([attach, attach])
    for (const odd of [String.raw`\ud800`, String.raw`\u0000`, attach]) {
      const number = attacked().freshNumber()
      const told = JSON.stringify({ ...attacked().transaction(number), attach: '@' }).replace(
        '"@"',
        `"${odd}"`,
      )
      expect((await attacked().deliver(sealedText(told, number))).status).toBe(204)
    }
  })

  it('30 bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
    for (const encoding of ['text', 'base64'] as const) {
      attacked().stack.setBodyEncoding(encoding)
      const { status } = await attacked().deliver(attacked().genuine({ body: bytes }))
      expect([400, UNVERIFIED.status]).toContain(status)
    }
    attacked().stack.setBodyEncoding('auto')
    const number = attacked().freshNumber()
    const content = Buffer.from(JSON.stringify(attacked().transaction(number)))
    content[content.indexOf('NATIVE')] = 0xff
    await expectRefused(attacked(), attacked().genuine({ number, body: attacked().sealBytes(content) }))
  })
}
