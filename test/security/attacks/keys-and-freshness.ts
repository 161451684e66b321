/** Attacks 7 to 15: algorithms, serials, smuggled headers, time and replay. */
import { generateKeyPairSync } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { watchRequests } from '#local/cloud/request-log.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { parseMerchantSigning, parsePlatformKeys } from '#shared/secrets/secret-keys.ts'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { createNotify } from '#functions/notify/notify.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { setUp, validity } from '#test/support/notifying.ts'
import { NOW } from '#test/support/orders.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import {
  makeCertificate,
  makeKeyPair,
  makePlatformCertificate,
  signedHeaders,
} from '#test/support/wechat-keys.ts'
import { aWorld } from '#test/support/world.ts'
import { PAYMENT_ROUTE, REFUND_ROUTE } from '#test/security/attacked-stack.ts'
import { expectAllUnverified, expectRefused, expectUnverified } from '#test/security/expectations.ts'
import type { AttackedStack, Delivery } from '#test/security/attacked-stack.ts'
import { sendBytes } from '#test/security/raw-http.ts'

export function keyAttacks(attacked: () => AttackedStack): void {
  const spoiled = (changes: Record<string, string | undefined>): Delivery => {
    const genuine = attacked().genuine()
    return { ...genuine, headers: { ...genuine.headers, ...changes } }
  }

  it('7 another signature type on the wire, another kind of key in the configuration', async () => {
    const types = [
      'WECHATPAY2-SM2-WITH-SM3',
      'WECHATPAY2-MD5',
      'none',
      'wechatpay2-sha256-rsa2048',
      '',
      'RSA',
    ]
    for (const type of types)
      await expectUnverified(attacked(), spoiled({ 'wechatpay-signature-type': type }))
    const weak = [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ed25519'),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
      generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    ]
    for (const { publicKey, privateKey } of weak) {
      const pem = publicKey.export({ type: 'spki', format: 'pem' })
      const record = { serial: 'PUB_KEY_ID_1', kind: 'public_key', pem }
      expect(() => parsePlatformKeys(JSON.stringify({ keys: [record] }))).toThrow(/^keys\.0: .*must/)
      const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' })
      expect(() => parseMerchantSigning(JSON.stringify({ serial_no: 'AB', private_key }))).toThrow(/must/)
    }
  })

  it('8 a probe of WeChat is refused like a forgery and counted apart', async () => {
    const delivery = spoiled({ 'wechatpay-signature': `WECHATPAY/SIGNTEST/${'A'.repeat(325)}` })
    const counted = attacked().stack.logs.waitFor(({ line }) => line.includes('"NotificationProbe":1'))
    await expectUnverified(attacked(), delivery)
    expect(JSON.parse((await counted).line)).toMatchObject({ NotificationProbe: 1 })
    expect(
      attacked()
        .lines('notify')
        .some((line) => /"level":"info","code":"NOTIFICATION_PROBE"/.test(line)),
    ).toBe(true)
  })

  it('9 unknown serials, ten thousand of them: no download, at most one refresh a minute', async () => {
    const sent: unknown[] = []
    const world = aWorld()
    const { deps } = setUp()
    const client = { send: async (command: unknown) => void sent.push(command) } as never
    const keyRefresh = createSqsKeyRefresh({
      client,
      queueUrl: 'q',
      clock: world.clock,
      logger: world.logger,
    })
    const notify = createNotify({ ...deps, keyRefresh })
    const body = Buffer.from('{}')
    const signed = signedHeaders(stranger, body, { now: NOW })
    const verdicts = new Set<unknown>()
    for (let serial = 0; serial < 10_000; serial += 1) {
      const headers = { ...signed, 'wechatpay-serial': String(serial) }
      verdicts.add(await notify({ kind: 'payment', headers, body }, world.logger))
    }
    expect([...verdicts]).toEqual(['unverified'])
    expect(sent).toHaveLength(1)

    // What is asked of rotate-certs, and not how often it runs: of one number the queue takes one, and may deliver it twice.
    const { description } = attacked().stack
    const numbers: unknown[] = []
    const unwatch = watchRequests(({ target, body }) => {
      if (target.endsWith('.SendMessage') && body.includes(description.queues.key_refresh!))
        numbers.push(JSON.parse(body).MessageDeduplicationId)
    })
    onTestFinished(unwatch)
    // A container that has not asked yet.
    await attacked().stack.kill('notify')
    const first = minute()
    const genuine = attacked().genuine()
    const changes = Array.from({ length: 100 }, (_, serial) => ({
      headers: { ...genuine.headers, 'wechatpay-serial': `5A${serial}` },
    }))
    await expectAllUnverified(attacked(), genuine, changes)
    const minutes = Array.from({ length: minute() - first + 1 }, (_, index) => `refresh-${first + index}`)
    expect(numbers.length).toBeGreaterThan(0)
    expect(minutes).toEqual(expect.arrayContaining([...new Set(numbers)]))
  })
  const stranger = makePlatformCertificate(validity)
  const minute = () => Math.floor(Date.now() / 60_000)

  it('10 certificates that are expired, not yet valid, of another issuer, or of another serial', async () => {
    const expired = makePlatformCertificate({ notAfter: new Date(NOW - 1000) })
    const early = makePlatformCertificate({ notBefore: new Date(NOW + 1000) })
    const { send } = setUp(async () => createKeyRing([expired.record, early.record]))
    expect([await send({ signer: expired }), await send({ signer: early })]).toEqual([
      'unverified',
      'unverified',
    ])

    const foreign = makePlatformCertificate({ issuer: 'Evil Corp' })
    const own = { ...stranger.record, pem: makeCertificate(makeKeyPair()) }
    expect(() => createKeyRing([own])).toThrow(/own serial/)
    const saved: unknown[] = []
    const world = aWorld()
    const rotate = createRotateCerts({
      ...world,
      wechat: fakeWechat({
        downloadCertificates: async () => [
          { serial_no: foreign.serial, pem: foreign.record.pem },
          { serial_no: expired.serial, pem: expired.record.pem },
          { serial_no: own.serial, pem: own.pem },
        ],
      }),
      load: async () => [stranger.record],
      save: async (records) => void saved.push(records),
      merchantCertificate: async () => undefined,
    })
    await rotate({})
    expect(saved).toEqual([])
    expect(world.logged.filter(({ code }) => code === 'PLATFORM_CERTIFICATE_REFUSED')).toHaveLength(3)
  })

  it('11 smuggled headers: other spellings, homoglyphs, folded lines, too many bytes, a Host of ours', async () => {
    const signature = attacked().genuine().headers['wechatpay-signature']
    await expectUnverified(
      attacked(),
      spoiled({ 'wechatpay-signature': undefined, wechatpay_signature: signature }),
    )
    await expectUnverified(attacked(), spoiled({ 'Wechatpay-Serial': '5ABC' }))
    for (const host of ['localhost', '127.0.0.1', 'api.mch.weixin.qq.com']) {
      const trusted = { Host: host, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': host }
      await expectUnverified(
        attacked(),
        spoiled({ ...trusted, 'wechatpay-signature': Buffer.alloc(256).toString('base64') }),
      )
    }
    const { headers, body, number } = attacked().genuine()
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const raw = (changed: readonly string[]) =>
      Buffer.concat([
        Buffer.from(
          [
            `POST ${PAYMENT_ROUTE} HTTP/1.1`,
            'host: a',
            'connection: close',
            ...changed,
            `content-length: ${body.length}`,
            '',
            '',
          ].join('\r\n'),
        ),
        body,
      ])
    const homoglyph = lines.map((line) => line.replace('wechatpay-serial', 'wechatpаy-serial'))
    const folded = lines.map((line) => line.replace('wechatpay-nonce: ', 'wechatpay-nonce:\r\n '))
    for (const changed of [homoglyph, folded]) {
      expect(await sendBytes(attacked().apiUrl, raw(changed))).toMatch(/^(?:HTTP\/1\.1 (?:400|401) .*)$/)
    }
    const large = await attacked().deliver(spoiled({ 'x-filler': 'x'.repeat(10_240) }))
    expect(large.status).toBe(431)
    expect(await attacked().stored(number)).toBe(false)
  })

  it('12 timestamps out of the window, or written in any other way than digits', async () => {
    const now = Date.now()
    // One second more than the window, and one for the way.
    for (const seconds of [-302, 302, -86_400]) {
      await expectUnverified(attacked(), attacked().genuine({ signing: { now: now + seconds * 1000 } }))
    }
    const seconds = String(Math.floor(now / 1000))
    const written = [
      '-1',
      '0',
      '1e20',
      '1e9',
      `0x${Number(seconds).toString(16)}`,
      `${seconds}.0`,
      `0${seconds}`,
      `+${seconds}`,
      `${seconds}000`,
    ]
    for (const timestamp of written) {
      const genuine = attacked().genuine()
      const headers = resigned(genuine, timestamp)
      await expectUnverified(attacked(), { ...genuine, headers: { ...genuine.headers, ...headers } })
    }
  })

  /** Signs with this very text as the timestamp, so that the time is all that is wrong. */
  const resigned = ({ body }: Delivery, timestamp: string) =>
    signedHeaders(attacked().platformSigner(), body, { timestamp })

  it('13 an exact replay, a hundred times at once, has one effect', async () => {
    const delivery = attacked().genuine()
    const answers = await Promise.all(Array.from({ length: 100 }, () => attacked().deliver(delivery)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 204))
    await attacked().stack.logs.waitFor(
      ({ line }) => line.includes('FACT_SETTLED"') && line.includes(delivery.number),
    )
    const stored = attacked()
      .lines('notify')
      .filter((line) => line.includes(delivery.number) && line.includes('"NOTIFICATION_STORED"'))
    expect(stored).toHaveLength(1)
  })

  it('14 a replay after five minutes', async () => {
    const { world, deps } = setUp()
    const body = Buffer.from('{}')
    const headers = signedHeaders(stranger, body, { now: NOW })
    const notify = createNotify({ ...deps, keyRing: async () => createKeyRing([stranger.record]) })
    expect(await notify({ kind: 'payment', headers, body }, world.logger)).toBe('refused')
    world.time.now = NOW + 301_000
    expect(await notify({ kind: 'payment', headers, body }, world.logger)).toBe('unverified')
  })

  it('15 a payment replayed on the route of refunds', async () => {
    const { number, headers, body } = attacked().genuine()
    await expectRefused(attacked(), { number, path: REFUND_ROUTE, headers, body })
  })
}
