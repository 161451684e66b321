import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { storedFacts } from '#test/support/stored.ts'

const CLIENT = join(import.meta.dirname, 'outside-client.ts')

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly() })
})
afterAll(() => flow?.stop())

describe('a program that knows stack.json and nothing else', () => {
  it('creates an order, has it paid, notifies with the key of WeChat, and gets the event', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, flow.stack.stackFile], {
      env: {},
      timeout: 18_000,
    })
    const result = JSON.parse(stdout)
    expect(result).toEqual({
      notified: 204,
      event: { type: 'payment.succeeded', id: flow.paymentKey('OUTSIDE-CLIENT-1'), total: 1234 },
      order: { status: 'PAID', transaction_id: result.transaction_id },
      transaction_id: expect.stringMatching(/^\d{28}$/),
    })
    // By that program's notification, and not by a query on the way.
    expect((await storedFacts(flow.stack)).map(({ source }) => source)).toEqual(['notification'])
    const { attempts } = await flow.wechat.waitForNotification({
      out_trade_no: 'OUTSIDE-CLIENT-1',
      state: 'dropped',
    })
    expect(attempts).toEqual([])
  })
})
