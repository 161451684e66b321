import { describe, expect, it } from 'vitest'
import { createFingerprints } from '#shared/reconciliation/fingerprints.ts'

describe('fingerprints', () => {
  it('know what is expected, what it says, and what was not seen, however many there are', () => {
    const many = createFingerprints()
    for (let number = 0; number < 20_000; number += 1) many.expect(`K${number}`, `C${number}`)
    expect(many.size).toBe(20_000)
    const same = Array.from({ length: 19_999 }, (_, number) => many.see(`K${number}`, `C${number}`))
    expect(same.every(Boolean)).toBe(true)
    expect(many.missing).toBe(1)
    expect([many.isMissing('K19999'), many.isMissing('K0'), many.isMissing('K20000')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('tell other content from the same, and count a key once', () => {
    const few = createFingerprints()
    few.expect('K', 'C')
    few.expect('K', 'D')
    expect([few.size, few.has('K'), few.has('L')]).toEqual([1, true, false])
    expect([few.see('K', 'D'), few.see('K', 'C'), few.see('L', 'C')]).toEqual([false, true, false])
    expect([few.missing, few.size]).toEqual([0, 1])
  })
})
