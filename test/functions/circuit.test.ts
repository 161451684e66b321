import { describe, expect, it } from 'vitest'
import { CircuitOpen, createCircuit } from '#functions/sweep/circuit.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'

function setUp() {
  const circuit = createCircuit()
  const fail = async (times: number, code: ChannelErrorCode | undefined, certain = false) => {
    const call = async () => {
      throw code === undefined ? new Error('own') : new ChannelError(code, code, { certain })
    }
    for (let call_ = 0; call_ < times; call_ += 1) await circuit.run(call).catch(() => {})
  }
  return { circuit, fail }
}

describe('the circuit', () => {
  it('opens after twelve calls in a row without an answer, and calls nobody then', async () => {
    const { circuit, fail } = setUp()
    await fail(11, 'timeout')
    expect(circuit.open).toBe(false)
    await fail(1, undefined)
    expect(circuit.open).toBe(true)
    let called = false
    const refused = await circuit.run(async () => void (called = true)).catch((error: unknown) => error)
    expect([called, refused]).toEqual([false, new CircuitOpen('too many calls to WeChat failed in a row')])
    expect(refused).toMatchObject({ name: 'CircuitOpen' })
  })

  it.each([
    ['a refusal', 'refused', true, false],
    ['an order that WeChat does not know', 'not_found', true, false],
    ['one that was not sent', 'not_sent', true, true],
    ['a rate limit', 'rate_limited', true, true],
    ['an unknown outcome', 'server_error', false, true],
  ] as const)('counts %s as WeChat being there or not', async (_, code, certain, opens) => {
    const { circuit, fail } = setUp()
    await fail(12, code, certain)
    expect(circuit.open).toBe(opens)
  })

  it('forgets failures after a success or an answer', async () => {
    const { circuit, fail } = setUp()
    for (let round = 0; round < 3; round += 1) {
      await fail(11, 'network')
      if (round === 0) await circuit.run(async () => {})
      else await fail(1, 'not_found', true)
    }
    expect(await circuit.run(async () => 'fine')).toBe('fine')
    expect(circuit.open).toBe(false)
  })
})
