import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { textReport } from '#simulator/report.ts'
import type { LoggedRequest } from '#simulator/request-log.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID } from './support/merchant.ts'

let simulator: Simulator
let entries: Promise<LoggedRequest>
let onRequest: (entry: LoggedRequest) => void

beforeAll(async () => {
  const options = { mchid: MCHID, appids: [APPID], timers: 'manual' } as const
  simulator = await startSimulator({ ...options, onRequest: (entry) => onRequest(entry) })
})
beforeEach(() => {
  entries = new Promise((resolve) => {
    onRequest = resolve
  })
})
afterAll(() => simulator.stop())

interface Seen {
  readonly status: number
  readonly header: string | null
  readonly body: string
}

async function ask(method: string, path: string): Promise<Seen> {
  const answer = await fetch(`${simulator.url}${path}`, { method })
  return { status: answer.status, header: answer.headers.get('x-simulator'), body: await answer.text() }
}

describe('what is not here', () => {
  it.each([
    ['POST', '/v3/pay/transaction/native', 404, 'no-such-endpoint'],
    ['POST', '/v3/pay/transactions/nativ', 404, 'no-such-endpoint'],
    ['GET', '/v3/profitsharing/order', 404, 'no-such-endpoint'],
    ['GET', '/V3/certificates', 404, 'no-such-endpoint'],
    ['GET', '/v3/pay/transactions/native', 405, 'no-such-method'],
    ['PUT', '/v3/refund/domestic/refunds/R1', 405, 'no-such-method'],
  ])('is answered %s %s as WeChat answers what it does not know', async (method, path, status, header) => {
    expect(await ask(method, path)).toEqual({ status, header, body: '' })
    expect((await entries).verdict).toBe('no_such_endpoint')
  })

  it.each([
    ['POST', '/v3/payscore/serviceorder', '/v3/payscore/*'],
    ['GET', '/v3/merchant-service/complaints-v2/200201820200101080076610000?x=1', '/v3/merchant-service/*'],
    ['POST', '/v3/pay/transactions/codepay', '/v3/pay/transactions/codepay'],
    [
      'POST',
      '/v3/pay/transactions/out-trade-no/A1234567/reverse',
      '/v3/pay/transactions/out-trade-no/*/reverse',
    ],
    ['GET', '/v3/profitsharing/orders/P1?transaction_id=4', '/v3/profitsharing/orders/*'],
  ])(
    'and WeChat has, %s %s, is refused as a product that the merchant has not got',
    async (method, path, gap) => {
      const { status, header, body } = await ask(method, path)
      expect([status, header]).toEqual([403, `not-simulated; ${gap}`])
      expect(JSON.parse(body)).toEqual({ code: 'NO_AUTH', message: expect.stringContaining('权限未开通') })
      expect((await entries).verdict).toBe('not_simulated')
    },
  )

  it('of APIv2 is refused in its XML', async () => {
    const { status, header, body } = await ask('POST', '/pay/unifiedorder')
    expect([status, header]).toEqual([200, 'not-simulated; APIv2 (/pay/*)'])
    expect(body).toContain('<return_code><![CDATA[FAIL]]></return_code>')
  })

  it('is explained once, and again after the log was emptied', async () => {
    const told = async (): Promise<LoggedRequest> => {
      const entry = new Promise<LoggedRequest>((resolve) => {
        onRequest = resolve
      })
      await ask('POST', '/v3/vehicle/parking/parkings')
      return entry
    }
    const first = await told()
    expect(first.problem).toContain('WeChat has /v3/vehicle/… and this simulator does not')
    expect(textReport.request(first)).toContain(first.problem)
    const second = await told()
    expect(second.problem).toBeUndefined()
    expect(textReport.request(second)).toMatch(/ not simulated$/)
    await simulator.control.reset()
    expect((await told()).problem).toBe(first.problem)
  })
})
