/** `send-test --provider alipay`, against the simulator and what the product makes of its notifications. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ALIPAY_TEST_FAULTS } from '#cli/terminal/choices.ts'
import { type AlipayWorld, startAlipayWorld } from '#test/simulator/alipay/fixture.ts'
import { describeStack } from './setup-fixture.ts'
import { createShell } from './shell.ts'

const ORDER = 'TEA_0001'
const directory = mkdtempSync(join(tmpdir(), 'wxpay-send-test-'))
const shell = createShell(directory)
const sendTest = (...args: readonly string[]) => shell(['send-test', '--provider', 'alipay', ...args])
let world: AlipayWorld
/** Answers as notify-alipay does, unless everything is taken. */
let careless = false

beforeAll(async () => {
  world = await startAlipayWorld()
  const { receiver, notices, simulator } = world
  await world.paid(ORDER)
  receiver.respond = (response, { body }) => {
    void notices.readNotification(body).then(({ ok }) => {
      const taken = ok || careless
      response.writeHead(taken ? 200 : 401).end(taken ? 'success' : 'failure')
    })
  }
  const secrets = { merchant_signing: 'a', apiv3_key: 'b', apiv2_key: 'd', platform_keys: 'c' }
  const more = { alipay_signing: 'e', alipay_keys: 'f' }
  const [apiUrl] = receiver.url.split('/notify')
  const described = describeStack({
    endpoint: 'http://127.0.0.1:1',
    secrets: { ...secrets, ...more },
    apiUrl: apiUrl!,
  })
  mkdirSync(join(directory, '.local'))
  const control_url = simulator.controlUrl
  writeFileSync(join(directory, '.local', 'stack.json'), JSON.stringify({ ...described, control_url }))
})
afterAll(async () => {
  await world?.stop()
  rmSync(directory, { recursive: true, force: true })
})

it('sends what Alipay says of an order, and tells whether it was taken', async () => {
  const { code, out } = await sendTest('--out-trade-no', ORDER, '--json')
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      notification_id: expect.stringMatching(/^\d+$/),
      out_trade_no: ORDER,
      url: expect.stringMatching(/\/alipay\/notify$/),
      status: 200,
      answer: 'success',
      expected: true,
    },
  ])
})

it.each(ALIPAY_TEST_FAULTS)('with the fault %s it is refused, and anything else is told', async (fault) => {
  const args = ['--out-trade-no', ORDER, '--fault', fault]
  expect(await sendTest(...args)).toMatchObject({
    code: 0,
    out: expect.stringContaining('refused, as it should be'),
  })
  careless = true
  expect(await sendTest(...args)).toMatchObject({
    code: 1,
    err: expect.stringContaining('notify-alipay accepted a wrong'),
  })
  careless = false
})

it.each([
  [[], 2, '--out-trade-no is missing'],
  [['--out-trade-no', 'NOBODY_1'], 1, 'simulator: no order NOBODY_1 that was opened'],
  [['--out-trade-no', ORDER, '--fault', 'probe'], 2, '--fault probe is of WeChat Pay'],
  [['--out-trade-no', ORDER, '--sign-with', 'certificate'], 2, '--sign-with is of WeChat Pay'],
])('%j ends with %i', async (args, code, problem) => {
  expect(await sendTest(...args)).toMatchObject({ code, err: expect.stringContaining(problem) })
})

it('takes faults of Alipay for Alipay alone', async () => {
  expect(await shell(['send-test', '--fault', 'kept_sign_type'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--fault kept_sign_type is of Alipay'),
  })
})
