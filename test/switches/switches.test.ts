/** How a switch is asked: seldom read, obeyed within seconds, and safe where nobody knows. */
import { describe, expect, it } from 'vitest'
import { createSwitches, SWITCH_STALE_MS, SWITCH_TTL_MS, SWITCHES } from '#shared/switches.ts'
import type { SwitchesOn } from '#shared/switches.ts'
import { AppError } from '#shared/errors.ts'
import { aWorld } from '#test/support/world.ts'

const REFUNDS: SwitchesOn = { refunds: { by: 'ann', note: 'fraud?', at: 0 } }

function setUp() {
  const world = aWorld()
  const stored: { on: SwitchesOn; down: boolean } = { on: {}, down: false }
  let reads = 0
  const readOn = async () => {
    reads += 1
    if (stored.down) throw new AppError('storage_unavailable')
    return stored.on
  }
  const switches = createSwitches({ ...world, source: { readOn }, random: () => 0.5 })
  const all = async () =>
    Object.fromEntries(
      await Promise.all(SWITCHES.map(async (name) => [name, await switches.isOn(name)] as const)),
    )
  return { world, stored, switches, all, reads: () => reads }
}

describe('a switch', () => {
  it('is read once for many questions, and obeyed when its time is over', async () => {
    const { world, stored, all, reads } = setUp()
    expect(await all()).toEqual({ refunds: false, prepay: false, backup_domain: false })
    stored.on = REFUNDS
    world.time.now += SWITCH_TTL_MS - 1
    expect([(await all())['refunds'], reads()]).toEqual([false, 1])
    world.time.now += 1
    expect([await all(), reads()]).toEqual([{ refunds: true, prepay: false, backup_domain: false }, 2])
  })

  it.each([
    ['on', REFUNDS, true],
    ['off', {}, false],
  ] as const)('that was %s stays so while it cannot be read', async (_was, on, expected) => {
    const { world, stored, switches } = setUp()
    stored.on = on
    await switches.isOn('refunds')
    stored.down = true
    world.time.now += SWITCH_STALE_MS
    expect(await switches.isOn('refunds')).toBe(expected)
    expect(world.logged.map(({ code }) => code)).toEqual(['SWITCHES_STALE'])
  })

  it('that nobody knows stops refunds and nothing else, and says so', async () => {
    const { world, stored, all } = setUp()
    await all()
    stored.down = true
    world.time.now += SWITCH_STALE_MS + 1
    expect(await all()).toEqual({ refunds: true, prepay: false, backup_domain: false })
    expect(world.logged[0]).toMatchObject({
      level: 'error',
      code: 'SWITCHES_UNKNOWN',
      fields: { error_code: 'storage_unavailable' },
    })
    stored.down = false
    world.time.now += 1000
    expect((await all())['refunds']).toBe(false)
  })
})
