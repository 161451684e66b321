/** Attacks 36 to 39: bringing the endpoint down, or learning from how it answers. */
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { parsePlatformKeys } from '#shared/secrets/secret-keys.ts'
import { readable, resourcesOf, templateOf } from '#test/infra/template.ts'
import { PAYMENT_ROUTE } from '#test/security/attacked-stack.ts'
import { expectUnverified } from '#test/security/expectations.ts'
import type { AttackedStack, Delivery } from '#test/security/attacked-stack.ts'

export function serviceAttacks(attacked: () => AttackedStack): void {
  const spoiled = (changes: Record<string, string | undefined>): Delivery => {
    const genuine = attacked().genuine()
    return { ...genuine, headers: { ...genuine.headers, ...changes } }
  }

  it('36 serials that are names of inherited properties, and a key that cannot be read', async () => {
    for (const serial of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'valueOf',
      'undefined',
      'null',
    ]) {
      await expectUnverified(attacked(), spoiled({ 'wechatpay-serial': serial }))
    }
    const record = { serial: 'PUB_KEY_ID_1', kind: 'public_key', pem: 'nonsense' }
    expect(() => parsePlatformKeys(JSON.stringify({ keys: [record] }))).toThrow(
      /keys\.0: platform key PUB_KEY_ID_1/,
    )
  })

  it('37 a flood of bad signatures writes nothing and is throttled at the stage', async () => {
    const spoilt = Buffer.alloc(256, 7).toString('base64')
    const reports = () => attacked().lines('settle').length
    const before = reports()
    const different = Array.from({ length: 20 }, () => spoiled({ 'wechatpay-signature': spoilt }))
    const flood = Array.from({ length: 25 }, () => different).flat()
    const statuses = await Promise.all(
      flood.map(async (delivery) => (await attacked().deliver(delivery)).status),
    )
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect((await attacked().deliver(attacked().genuine())).status).toBe(204)
    expect(await Promise.all(different.map(({ number }) => attacked().stored(number)))).not.toContain(true)
    expect(reports() - before).toBeLessThanOrEqual(8)
    const [stage] = Object.values(resourcesOf(templateOf(), 'AWS::ApiGatewayV2::Stage'))
    expect(stage?.Properties['RouteSettings']).toMatchObject({
      [`POST ${PAYMENT_ROUTE}`]: {
        ThrottlingRateLimit: expect.any(Number),
        ThrottlingBurstLimit: expect.any(Number),
      },
    })
  })

  it('38 a body that never ends holds no function: it runs only when all of it is there', async () => {
    const { hostname, port } = new URL(attacked().apiUrl)
    const runs = () => attacked().runs('notify')
    const before = runs()
    const slow = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = connect(Number(port), hostname)
        const { promise, resolve } = Promise.withResolvers<void>()
        socket.write(
          `POST ${PAYMENT_ROUTE} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"id"`,
          () => resolve(),
        )
        await promise
        return socket
      }),
    )
    expect((await attacked().deliver(attacked().genuine())).status).toBe(204)
    await expect.poll(runs).toBe(before + 1)
    expect(
      attacked()
        .lines('notify')
        .filter((line) => line.startsWith('REPORT')),
    ).toEqual([])
    for (const socket of slow) socket.destroy()
  })

  it('39 every failed verification is answered alike, whatever failed', async () => {
    const deliveries = [
      spoiled({ 'wechatpay-signature': undefined }),
      spoiled({ 'wechatpay-nonce': 'a,b' }),
      spoiled({ 'wechatpay-timestamp': '1' }),
      spoiled({ 'wechatpay-serial': '5ABC' }),
      spoiled({ 'wechatpay-signature-type': 'none' }),
      spoiled({ 'wechatpay-signature': 'AAAA' }),
      spoiled({ 'wechatpay-signature': Buffer.alloc(256, 7).toString('base64') }),
      spoiled({ 'wechatpay-signature': `WECHATPAY/SIGNTEST/${'A'.repeat(325)}` }),
    ]
    const answers = await Promise.all(
      deliveries.map(async (delivery) => {
        const { status, headers, body } = await attacked().deliver(delivery)
        const { date: _date, 'apigw-requestid': _id, ...rest } = headers
        return JSON.stringify([status, rest, body])
      }),
    )
    expect(new Set(answers).size).toBe(1)
  })
}

/** The routes that anybody may call. */
export function openRoutes(): string[] {
  return Object.values(resourcesOf(templateOf(), 'AWS::ApiGatewayV2::Route'))
    .filter(({ Properties }) => Properties['AuthorizationType'] !== 'AWS_IAM')
    .map(({ Properties }) => readable(Properties['RouteKey']))
    .sort()
}
