import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Started } from './bench.ts'
import { CASES, holds } from './contract.ts'
import { startWechat } from './wechat.ts'

let started: Started
beforeAll(async () => {
  started = await startWechat()
})
afterAll(() => started.stop())

describe('WeChat Pay keeps the contract of a channel', () => {
  it.each(CASES.map((name, index) => [name, `CASEW${String(index).padStart(3, '0')}`]))(
    '%s',
    (name, number) => expect(holds(started, name, number)).resolves.toBeUndefined(),
  )
})
