/** `npm start -- --no-wechat`: a stage that has Alipay and no WeChat Pay, on this machine. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createShell } from '../cli/shell.ts'
import { scratch } from './fixture.ts'
import { hasCurl, tried, up } from './starting.ts'

const place = scratch()
const ACCOUNT = 'alipay:2021001161683774'
let started: Awaited<ReturnType<typeof up>>

beforeAll(async () => {
  started = await up(join(place.path, 'alone'), '--no-wechat')
})
afterAll(async () => {
  started?.run.interrupt()
  await started?.run.exit
  place.remove()
})

describe('npm start with Alipay alone', () => {
  it('says so, and has nothing of WeChat Pay in stack.json', () => {
    const { stack, run } = started
    expect(run.output()).toContain(`Alipay simulator   ${stack.alipay_gateway_url}   app 2021001161683774`)
    expect(run.output()).not.toMatch(/WeChat simulator|rotate-certs/)
    expect(stack).toMatchObject({ mchid: ACCOUNT, appid: '2021001161683774' })
    expect(Object.keys(stack.secrets).toSorted()).toEqual(['alipay_keys', 'alipay_signing'])
    expect(Object.keys(stack.queues).toSorted()).toEqual(['facts', 'facts_dead_letter'])
    expect(Object.keys(stack.functions)).not.toContain('notify')
  })

  it.skipIf(!hasCurl)('prints commands that work one after the other', async () => {
    const answers = await tried(started.run)
    const refused = answers.filter(({ command }) => command.includes('/alipay/notify'))
    expect(refused.map(({ status }) => status)).toEqual([401])
    expect(answers.filter(({ status }) => status !== 200)).toStrictEqual(refused)
    expect(answers.find(({ command }) => / [^ ]+\/v1\/payments\/ALIPAY_0001$/.test(command))?.text).toContain(
      '"PAID"',
    )
    const received = answers.find(({ text }) => text.includes('"Messages"'))?.text ?? ''
    expect(JSON.parse(JSON.parse(received).Messages[0].Body)).toMatchObject({
      type: 'payment.succeeded',
      data: { mchid: ACCOUNT, out_trade_no: 'ALIPAY_0001' },
    })
  })

  it('is a stack that wxpay works on', async () => {
    const wxpay = createShell(place.path, ['--state-dir', 'alone'])
    const shown = await wxpay(['order', 'show', 'ALIPAY_0001', '--json'])
    expect(JSON.parse(shown.out)).toMatchObject({ mchid: ACCOUNT, status: 'PAID' })
    const { code, out } = await wxpay(['doctor'])
    expect([code, out]).toEqual([0, expect.not.stringContaining('apiv3')])
  })

  it('serves its console', async () => {
    const [, url = ''] = /console +(\S+)/.exec(started.run.output()) ?? []
    expect((await fetch(url)).status).toBe(200)
  })
})
