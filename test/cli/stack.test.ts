import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCallback } from '#cli/stack/callback-check.ts'
import type { World } from '#cli/terminal/world.ts'
import { callApi } from '#cli/stack/api-client.ts'
import { type CliStack, startCliStack } from './cli-stack.ts'
import { describeDesk } from './desk.ts'
import { describeListing } from './listing.ts'
import { describeReconcile } from './reconciling.ts'
import { describeRunbook } from './runbook.ts'

let here: CliStack
beforeAll(async () => {
  here = await startCliStack()
})
afterAll(() => here?.stop())

describe('doctor and setup --check on a running stack', () => {
  it('find everything in order, line by line', async () => {
    const { code, out } = await here.wxpay(['doctor'])
    expect(out).toMatch(/signed call to WeChat +accepted, verified and decrypted: 1 platform certificate\n/)
    expect(out).toMatch(/ok +notify URL .*refuses an unsigned notification with 401/)
    expect(out).toMatch(/ok +WeChat, backup domain/)
    expect(out).toMatch(
      /ok +callback test +WeChat sent .*, and the functions verified, decrypted and stored it/,
    )
    expect(out).toMatch(/\d+ ok, 0 warnings, 0 failed/)
    expect(code).toBe(0)
  })

  it('say that nothing came back of the callback test, and where to look', async () => {
    let waited = 0
    const world = {
      clock: { now: () => Date.now() + waited },
      pause: async (ms: number) => void (waited += ms),
    } as unknown as World
    // Somewhere else answers WeChat.
    const elsewhere = { ...here.access, notifyUrl: `${here.access.wechatUrls[0]}/elsewhere` }
    expect(await checkCallback(world, elsewhere)).toEqual([
      expect.objectContaining({
        name: 'callback test',
        level: 'fail',
        detail: expect.stringMatching(
          /^WeChat took the test, and nothing came back through .*elsewhere within 20 s$/,
        ),
      }),
    ])
  })

  it('report a failure of one line as exit code 1, with its remedy', async () => {
    here.stack.cloud.secretsManager.setFault('down')
    try {
      const { code, out, err } = await here.wxpay(['setup', '--check'])
      expect(out).toMatch(/fail +apiv3-key +the apiv3-key secret cannot be read/)
      expect(err).toContain('4 of 4 checks failed')
      expect(code).toBe(1)
    } finally {
      here.stack.cloud.secretsManager.setFault('none')
    }
  })

  it('print one JSON document with --json', async () => {
    const { code, out } = await here.wxpay(['setup', '--check', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).checks.map((check: { level: string }) => check.level)).toEqual(Array(6).fill('ok'))
  })
})

describe('order', () => {
  it('is shown, held over the signed API, and released, each step with who and why', async () => {
    await here.paidOrder('CLI-HOLD-1')
    const refused = await here.wxpay(['order', 'hold', 'CLI-HOLD-1', '--by', 'ann', '--note', 'odd'])
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('nobody is at the terminal')])
    const declined = await here.wxpay(['order', 'hold', 'CLI-HOLD-1', '--by', 'ann', '--note', 'odd'], {
      answers: ['no'],
    })
    expect([declined.code, declined.err]).toEqual([3, expect.stringContaining('nothing was changed')])

    const held = await here.wxpay(['order', 'hold', 'CLI-HOLD-1', '--by', 'ann', '--note', 'odd'], {
      answers: ['yes'],
    })
    expect(held.code).toBe(0)
    expect(held.out).toContain('PAID, HELD')
    const shown = JSON.parse((await here.wxpay(['order', 'show', 'CLI-HOLD-1', '--json'])).out)
    expect(shown).toMatchObject({ held: true, audit: [{ by: 'ann', note: 'odd', action: 'hold' }] })

    const hold: string = shown.holds[0].hold
    const release = [
      'order',
      'release',
      'CLI-HOLD-1',
      '--hold',
      hold,
      '--by',
      'ann',
      '--note',
      'fine',
      '--yes',
    ]
    expect(await here.wxpay([...release, '--decision', 'dismiss'])).toMatchObject({ code: 0 })
    // The same decision again adds nothing; one about a hold that is not there is a sentence.
    const other = await here.wxpay([...release.with(4, 'over_refunded'), '--decision', 'dismiss'])
    expect(other).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such hold (404 hold_not_found)'),
    })
  })

  it('that does not exist is a sentence with a remedy', async () => {
    const { code, err } = await here.wxpay(['order', 'show', 'CLI-NONE-1'])
    expect(code).toBe(1)
    expect(err).toContain(`the merchant ${here.access.mchid} has no order CLI-NONE-1 in the stack local`)
  })
})

describe('refund', () => {
  it('that was made elsewhere is learned by its number', async () => {
    await here.paidOrder('CLI-ELSEWHERE-1')
    await here.control.refundElsewhere({
      out_trade_no: 'CLI-ELSEWHERE-1',
      amount: 60,
      out_refund_no: 'CLI-E-1',
    })
    expect(await here.wxpay(['refund', 'show', 'CLI-E-1'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('--refresh'),
    })
    const learned = await here.wxpay(['refund', 'show', 'CLI-E-1', '--refresh', '--json'])
    expect(JSON.parse(learned.out)).toMatchObject({ out_trade_no: 'CLI-ELSEWHERE-1', status: 'SUCCESS' })
  })

  it('of unknown outcome is retried by the sweep under the same number, and only when it is old enough', async () => {
    await here.paidOrder('CLI-REFUND-1')
    await here.control.addFault({ kind: 'reset_before', match: { endpoint: 'refund' } })
    await callApi(here.access, (api) =>
      api.createRefund('CLI-REFUND-1', { out_refund_no: 'CLI-R-1', amount: { refund: 40 } }),
    )
    expect(JSON.parse((await here.wxpay(['refund', 'show', 'CLI-R-1', '--json'])).out).status).toBe('UNKNOWN')
    expect(await here.wxpay(['refund', 'retry', 'CLI-R-1', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('younger than a minute'),
    })

    await here.ageRefunds('CLI-REFUND-1')
    const retried = await here.wxpay(['refund', 'retry', 'CLI-R-1', '--yes'])
    expect(retried).toMatchObject({ code: 0, out: expect.stringContaining('PROCESSING') })
    expect(
      (await here.control.refunds()).filter(({ out_trade_no }) => out_trade_no === 'CLI-REFUND-1'),
    ).toHaveLength(1)

    await here.control.finishRefund('CLI-R-1')
    await here.settled('CLI-R-1#SUCCESS')
    expect(await here.wxpay(['refund', 'retry', 'CLI-R-1', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('is final: SUCCESS'),
    })
  })
})

describe('switch', () => {
  it('is asked for, set with who and why, and cleared', async () => {
    const set = ['switch', 'set', 'refunds', '--by', 'ann', '--note', 'fraud?']
    const refused = await here.wxpay(set)
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('no refund is made')])
    expect((await here.wxpay(['switch', 'show'])).out).toMatch(/refunds +off/)
    expect((await here.wxpay([...set, '--yes'])).out).toMatch(/refunds +ON +\S+ +ann +fraud\?/)
    const clear = ['switch', 'clear', 'refunds', '--by', 'ben', '--note', 'no fraud', '--yes', '--json']
    expect(JSON.parse((await here.wxpay(clear)).out)).toMatchObject({
      changed: true,
      switches: [{ name: 'refunds', on: false }, { on: false }, { on: false }],
      history: [
        { on: false, by: 'ben' },
        { name: 'refunds', on: true, by: 'ann', note: 'fraud?' },
      ],
    })
    expect((await here.wxpay(['switch', 'set', 'payouts', '--by', 'a', '--note', 'b', '--yes'])).code).toBe(2)
  })
})

describe('keys and test notifications', () => {
  it('rotate brings in a new platform certificate and says so', async () => {
    await here.control.addCertificate()
    const { code, out } = await here.wxpay(['keys', 'rotate', '--yes'])
    expect(code).toBe(0)
    expect(out).toMatch(/certificate +RSA +NEW/)
  })

  it('send-test is accepted when it is right and refused when it is a probe', async () => {
    const right = await here.wxpay(['send-test', '--out-trade-no', 'CLI-TEST-1'])
    expect(right).toMatchObject({ code: 0, out: expect.stringMatching(/\n\naccepted, as it should be\n$/) })
    await here.settled('CLI-TEST-1')
    expect((await here.wxpay(['order', 'show', 'CLI-TEST-1'])).out).toContain('order_unknown')
    const probe = await here.wxpay(['send-test', '--fault', 'probe', '--json'])
    expect(probe.code).toBe(0)
    expect(JSON.parse(probe.out)).toMatchObject({ status: 401, expected: true })
    const told = await here.wxpay(['send-test', '--fault', 'tampered_body'])
    expect(told.out).toMatch(/\n\nrefused, as it should be\n$/)
  })

  it('verify explains a captured notification with the keys of the stack, and decrypt opens it without the payer', async () => {
    const built = await here.control.build({
      event_type: 'TRANSACTION.SUCCESS',
      resource: { out_trade_no: 'CLI-V', payer: { openid: 'o-secret' } },
    })
    const event = (body: string) => JSON.stringify({ headers: built.headers, body })
    expect(await here.wxpay(['verify'], { input: event(built.body) })).toMatchObject({ code: 0 })
    const broken = await here.wxpay(['verify'], { input: event(`${built.body}\n`) })
    expect(broken.code).toBe(1)
    expect(broken.out).toContain('body: a newline was added at the end of the body')

    writeFileSync(join(here.directory, 'body.json'), built.body)
    const opened = await here.wxpay(['decrypt', 'body.json'])
    expect(opened.code).toBe(0)
    expect(opened.out).toContain('"out_trade_no": "CLI-V"')
    expect(opened.out).not.toContain('o-secret')
    expect((await here.wxpay(['decrypt', 'body.json', '--show-payer'])).out).toContain('o-secret')
  })
})

describeRunbook(() => here)

describeListing(() => here)

describeDesk(() => here)

// Last, for the morning after comes at WeChat.
describeReconcile(() => here)
