/** The rotations of docs/security.md, carried out on a running stack. None of them may lose a notification. */
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyBundle } from '#simulator/control-keys.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { until } from '#test/support/until.ts'
import { attackedStack } from './attacked-stack.ts'
import { json } from './expectations.ts'
import type { AttackedStack } from './attacked-stack.ts'

const RETRY_MS = 15_000
let attacked: AttackedStack

beforeAll(async () => {
  // On a loaded machine a message may take longer than a second: it shall not become a dead letter for that.
  attacked = await attackedStack({ assembly: await givenAssembly(), timeScale: 15 })
})
afterAll(() => attacked?.stop())

const control = () => attacked.stack.simulator!.control
const secretIds = () => attacked.stack.description.secrets

async function writeSecret(name: 'merchant_signing' | 'apiv3_key', value: object): Promise<void> {
  const SecretString = JSON.stringify(value)
  await attacked.stack.clients.secretsManager.send(
    new PutSecretValueCommand({ SecretId: secretIds()[name], SecretString }),
  )
}

async function storedSerials(): Promise<string[]> {
  const { SecretString = '' } = await attacked.stack.clients.secretsManager.send(
    new GetSecretValueCommand({ SecretId: secretIds().platform_keys }),
  )
  return (JSON.parse(SecretString) as { keys: { serial: string }[] }).keys.map(({ serial }) => serial)
}

/** Ends the life time of what containers have cached: 18 minutes at most in production. */
async function cachesEnd(...operations: string[]): Promise<void> {
  for (const operation of operations) await attacked.stack.kill(operation)
}

/** As often as it is answered 503, for which the API says to repeat: a loaded machine can be too slow for its own limits. */
async function asked(...[method, path, body]: Parameters<AttackedStack['merchant']>) {
  return until(async () => {
    const answer = await attacked.merchant(method, path, body)
    return answer.status !== 503 && answer
  }, `${method} ${path}`)
}

async function created(): Promise<{
  readonly status: number
  readonly number: string
  readonly code_url: string
}> {
  const number = attacked.freshNumber()
  const answer = await asked('POST', '/v1/payments', orderOf(number))
  return { status: answer.status, number, code_url: String(json(answer)['code_url']) }
}

const orderOf = (out_trade_no: string) => ({
  channel: 'native',
  out_trade_no,
  description: 'tea',
  amount: { total: 100 },
})

/** Creates and pays an order. @returns its number */
async function payment() {
  const { number, code_url } = await created()
  await control().pay({ code_url })
  return number
}

/**
 * What its deliveries were answered up to the one that was taken, without those that came to nothing: WeChat repeats what
 * was answered 503 or not in time, and a loaded machine may do both. What cannot be read is counted by `unread`.
 */
async function delivered(out_trade_no: string) {
  const { attempts } = await control().waitForNotification({ out_trade_no })
  await attacked.stack.logs.waitFor(
    ({ line }) => line.includes('"FACT_SETTLED"') && line.includes(out_trade_no),
  )
  expect(json(await asked('GET', `/v1/payments/${out_trade_no}`))['status']).toBe('PAID')
  return attempts.flatMap(({ status }) => (status === undefined || status === 503 ? [] : [status]))
}

/** How many deliveries notify could not decrypt. */
const unread = () =>
  attacked.stack.logs.lines().filter((line) => line.includes('"NOTIFICATION_UNDECRYPTABLE"')).length

/** Runs the rotation now. */
async function rotated(): Promise<void> {
  const results = await attacked.stack.fire('rotate-certs')
  expect(results.map(({ ok }) => ok)).toEqual([true])
}

const attempted = (number: string, status: number) =>
  expect
    .poll(async () =>
      (await control().notifications()).some(
        (one) => one.out_trade_no === number && one.attempts.some((attempt) => attempt.status === status),
      ),
    )
    .toBe(true)

describe('platform certificates', () => {
  it('are taken when they are listed, a day before use: no notification is refused', async () => {
    const old = attacked.platformSigner().serial
    const inFlight = attacked.genuine()
    const next = newest(await control().addCertificate())
    await rotated()
    expect(await storedSerials()).toEqual(expect.arrayContaining([old, next]))
    await cachesEnd('notify')
    const before = await payment()
    await control().activateCertificate(next)
    const after = await payment()
    expect([await delivered(before), await delivered(after)]).toEqual([[204], [204]])
    // Taken off the list, the old one still verifies what was signed with it.
    await control().retireCertificate(old)
    await rotated()
    await cachesEnd('notify')
    expect((await attacked.deliver(inFlight)).status).toBe(204)
    expect(await storedSerials()).toContain(old)
  })

  it('that come without warning are fetched after the first refusal, and the retry is taken', async () => {
    const { number, code_url } = await created()
    const next = newest(await control().addCertificate({ activate: true }))
    await control().pay({ code_url })
    await attempted(number, 401)
    // Nobody asks for it but the unknown serial.
    await expect.poll(storedSerials).toContain(next)
    await cachesEnd('notify', 'prepay', 'query')
    await control().advance(RETRY_MS)
    expect(await delivered(number)).toEqual([401, 204])
  })
})

describe('the WeChat Pay public key', () => {
  it('replaces certificates step by step: both kinds are taken meanwhile, and the key alone in the end', async () => {
    await control().setMode('mixed', 0.5)
    const mixed = await Promise.all(Array.from({ length: 6 }, payment))
    for (const number of mixed) expect(await delivered(number)).toEqual([204])
    await control().setMode('public_key')
    await rotated()
    await cachesEnd('notify', 'prepay')
    const number = await payment()
    expect(await delivered(number)).toEqual([204])
    expect(await storedSerials()).toContain(attacked.keys().public_key.id)
    await control().setMode('certificate')
  })
})

describe('the APIv3 key', () => {
  it('entered before it is set at WeChat: nothing is refused, and what is on its way under the old one is read', async () => {
    const old = attacked.keys().apiv3_key
    const inFlight = attacked.genuine()
    const { apiv3_key: next } = await control().resetApiv3Key()
    await writeSecret('apiv3_key', { current: next, previous: old })
    await cachesEnd('notify')
    const before = unread()
    expect((await attacked.deliver(inFlight)).status).toBe(204)
    expect(await delivered(await payment())).toEqual([204])
    expect(unread()).toBe(before)
  })

  it('set at WeChat before it is entered: notifications wait as 503 and are taken afterwards', async () => {
    const old = attacked.keys().apiv3_key
    const { apiv3_key: next } = await control().resetApiv3Key()
    const before = unread()
    const number = await payment()
    await attempted(number, 503)
    expect(unread()).toBeGreaterThan(before)
    expect(await attacked.stored(number)).toBe(false)
    await writeSecret('apiv3_key', { current: next, previous: old })
    await cachesEnd('notify')
    await control().advance(RETRY_MS)
    expect(await delivered(number)).toEqual([204])
  })

  it('before the previous one is forgotten, and no key before that can be entered', async () => {
    const forgotten = attacked.keys().previous_apiv3_key
    await writeSecret('apiv3_key', { current: attacked.keys().apiv3_key, older: forgotten })
    await cachesEnd('notify')
    const number = await payment()
    // Delivered first, or the fault might strike this one.
    expect(await delivered(number)).toEqual([204])
    await control().addFault({ kind: 'previous_apiv3_key' })
    const before = unread()
    const late = await payment()
    await attempted(late, 503)
    expect(unread()).toBeGreaterThan(before)
    await control().advance(RETRY_MS)
    expect(await delivered(late)).toEqual([204])
  })
})

describe('the merchant certificate', () => {
  it('is replaced while both are valid: calls go on before, between and after', async () => {
    const old = attacked.keys().merchant.at(-1)!
    expect((await created()).status).toBe(200)
    const { serial_no, private_key_pem, certificate_pem } = (
      await control().addMerchantCertificate()
    ).merchant.at(-1)!
    expect((await created()).status).toBe(200)
    await writeSecret('merchant_signing', {
      serial_no,
      private_key: private_key_pem,
      certificate: certificate_pem,
    })
    await cachesEnd('prepay', 'query', 'refund', 'close', 'sweep', 'rotate-certs')
    expect((await created()).status).toBe(200)
    await control().retireMerchantCertificate(old.serial_no)
    expect(await delivered(await payment())).toEqual([204])
    await rotated()
    await attacked.stack.logs.waitFor(
      ({ line }) => line.includes('MERCHANT_CERTIFICATE_EXPIRY') && line.includes(serial_no),
    )
  })

  it('that WeChat no longer takes says so and keeps the order for another try', async () => {
    const { serial_no } = attacked.keys().merchant.at(-1)!
    const next = (await control().addMerchantCertificate()).merchant.at(-1)!
    await control().retireMerchantCertificate(serial_no)
    const { status, number } = await created()
    expect(status).toBe(422)
    await writeSecret('merchant_signing', { serial_no: next.serial_no, private_key: next.private_key_pem })
    await cachesEnd('prepay')
    expect((await asked('POST', '/v1/payments', orderOf(number))).status).toBe(200)
  })
})

function newest({ platform }: KeyBundle): string {
  return platform.certificates.at(-1)!.serial_no
}
