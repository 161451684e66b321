/** The rotations of docs/security.md, carried out on a running stack. None of them may lose a notification. */
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyBundle } from '#simulator/control-keys.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { attackedStack } from './attacked-stack.ts'
import { json } from './expectations.ts'
import type { AttackedStack } from './attacked-stack.ts'

const RETRY_MS = 15_000
let attacked: AttackedStack

beforeAll(async () => {
  attacked = await attackedStack({ assembly: await givenAssembly() })
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

async function created(): Promise<{
  readonly status: number
  readonly number: string
  readonly code_url: string
}> {
  const number = attacked.freshNumber()
  const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total: 100 } }
  const answer = await attacked.merchant('POST', '/v1/payments', order)
  return { status: answer.status, number, code_url: String(json(answer)['code_url']) }
}

/** Creates and pays an order. @returns its number and how its notification fared */
async function payment() {
  const { number, code_url } = await created()
  await control().pay({ code_url })
  return number
}
async function delivered(out_trade_no: string) {
  const { attempts } = await control().waitForNotification({ out_trade_no })
  await attacked.stack.logs.waitFor(
    ({ line }) => line.includes('"FACT_SETTLED"') && line.includes(out_trade_no),
  )
  expect(json(await attacked.merchant('GET', `/v1/payments/${out_trade_no}`))['status']).toBe('PAID')
  return attempts.map(({ status }) => status)
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
    await attacked.stack.fire('rotate-certs')
    expect(await storedSerials()).toEqual(expect.arrayContaining([old, next]))
    await cachesEnd('notify')
    const before = await payment()
    await control().activateCertificate(next)
    const after = await payment()
    expect([await delivered(before), await delivered(after)]).toEqual([[204], [204]])
    // Taken off the list, the old one still verifies what was signed with it.
    await control().retireCertificate(old)
    await attacked.stack.fire('rotate-certs')
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
    await attacked.stack.fire('rotate-certs')
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
    expect((await attacked.deliver(inFlight)).status).toBe(204)
    expect(await delivered(await payment())).toEqual([204])
  })

  it('set at WeChat before it is entered: notifications wait as 503 and are taken afterwards', async () => {
    const old = attacked.keys().apiv3_key
    const { apiv3_key: next } = await control().resetApiv3Key()
    const number = await payment()
    await attempted(number, 503)
    expect(await attacked.stored(number)).toBe(false)
    await writeSecret('apiv3_key', { current: next, previous: old })
    await cachesEnd('notify')
    await control().advance(RETRY_MS)
    expect(await delivered(number)).toEqual([503, 204])
  })

  it('before the previous one is forgotten, and no key before that can be entered', async () => {
    const forgotten = attacked.keys().previous_apiv3_key
    await writeSecret('apiv3_key', { current: attacked.keys().apiv3_key, older: forgotten })
    await cachesEnd('notify')
    const number = await payment()
    // Delivered first, or the fault might strike this one.
    expect(await delivered(number)).toEqual([204])
    await control().addFault({ kind: 'previous_apiv3_key' })
    const late = await payment()
    await attempted(late, 503)
    await control().advance(RETRY_MS)
    expect(await delivered(late)).toEqual([503, 204])
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
    await attacked.stack.fire('rotate-certs')
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
    const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total: 100 } }
    expect((await attacked.merchant('POST', '/v1/payments', order)).status).toBe(200)
  })
})

function newest({ platform }: KeyBundle): string {
  return platform.certificates.at(-1)!.serial_no
}
