import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'
import { startAlipay } from './alipay.ts'
import type { Started } from './bench.ts'
import { CASES, holds } from './contract.ts'
import { startWechat } from './wechat.ts'

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
