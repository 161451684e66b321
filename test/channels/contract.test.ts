import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'
import { startAlipay } from './alipay.ts'
import type { Started } from './bench.ts'
import { BROKEN } from './broken.ts'
import { CASES, holds } from './contract.ts'
import { startWechat } from './wechat.ts'

/** Whoever is registered: one that is missing here does not compile. */
const CHANNELS: Readonly<Record<Provider, () => Promise<Started>>> = {
  wechat: startWechat,
  alipay: startAlipay,
}

const started = new Map<Provider, Started>()
beforeAll(async () => {
  for (const provider of PROVIDERS) started.set(provider, await CHANNELS[provider]())
})
afterAll(() => Promise.all([...started.values()].map((channel) => channel.stop())))

describe.each(PROVIDERS)('%s keeps the contract of a channel', (provider) => {
  const channel = () => started.get(provider)!

  it('is what it is registered as', () => {
    expect(channel().provider).toBe(provider)
  })

  it.each(CASES.map((name, index) => [name, `CASE${String(index).padStart(3, '0')}`]))('%s', (name, number) =>
    expect(holds(channel(), name, number)).resolves.toBeUndefined(),
  )
})

describe('a channel that breaks the contract', () => {
  it('is planted for every case', () => {
    expect(Object.keys(BROKEN)).toEqual(CASES.map((name) => name.split(':')[0]))
  })

  it.each(Object.entries(BROKEN).map(([name, breaks], index) => [name, breaks, index] as const))(
    'does not pass: %s',
    async (name, breaks, index) => {
      const contract = CASES.find((each) => each.startsWith(`${name}:`))!
      const seen = holds(breaks(started.get('alipay')!), contract, `BROKEN${index}`)
      await expect(seen).rejects.toSatisfy((error) => !(error instanceof TypeError))
    },
  )
})
