import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'
import { startAlipay } from './alipay.ts'
import type { Started } from './bench.ts'
import { BROKEN } from './broken.ts'
import { CASES, holds } from './contract.ts'
import { startWechat } from './wechat.ts'

/** What names each case. */
const CASE_NAMES = CASES.map((name) => name.split(':')[0] ?? name)

/** Whoever is registered: one that is missing here does not compile. */
const CHANNELS: Readonly<Record<Provider, () => Promise<Started>>> = {
  wechat: startWechat,
  alipay: startAlipay,
}

describe.each(PROVIDERS)('%s keeps the contract of a channel', (provider) => {
  let started: Started
  beforeAll(async () => {
    started = await CHANNELS[provider]()
  })
  afterAll(() => started.stop())

  it('is what it is registered as', () => {
    expect(started.provider).toBe(provider)
  })

  it.each(CASES.map((name, index) => [name, `CASE${String(index).padStart(3, '0')}`]))('%s', (name, number) =>
    expect(holds(started, name, number)).resolves.toBeUndefined(),
  )
})

describe('a channel that breaks the contract', () => {
  let started: Started
  beforeAll(async () => {
    started = await startAlipay()
  })
  afterAll(() => started.stop())

  it('is planted for every case', () => {
    expect(Object.keys(BROKEN)).toEqual(CASE_NAMES)
  })

  it.each(Object.entries(BROKEN).map(([name, breaks], index) => [name, breaks, index] as const))(
    'does not pass: %s',
    async (name, breaks, index) => {
      const contract = CASES[index]!
      expect(contract.startsWith(`${name}:`)).toBe(true)
      const seen = holds(breaks(started), contract, `BROKEN${index}`)
      await expect(seen).rejects.toSatisfy((error) => !(error instanceof TypeError))
    },
  )
})
