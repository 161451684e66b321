import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFrontDoor } from '#simulator/front-door.ts'
import { isPrivateHost, isThisMachine } from '#simulator/loopback.ts'
import { HOST_NOT_ALLOWED } from '#simulator/notifier.ts'
import { createNotifyHosts } from '#simulator/notify-hosts.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { mayBeFromWebPageElsewhere } from '#simulator/web-page.ts'
import { APPID, MCHID, createMerchant, paidOrder, prepayBody } from './support/merchant.ts'
import { startReceiver } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

let simulator: Simulator
let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    host: '0.0.0.0',
    controlHost: '0.0.0.0',
    notifyHosts: ['merchant.localhost'],
  })
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

describe('health', () => {
  it('is told on every port, unsigned, with the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    for (const url of [simulator.url, simulator.backupUrl, simulator.controlUrl]) {
      const answer = await fetch(`${url}/health`)
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { status: 'ok', name: 'wechatpay-simulator', version },
      ])
    }
  })
})

/** Which of two listeners a door opens for a caller. */
function opened(remoteAddress: string, url: string, controlIsOpen = false): readonly string[] {
  const seen: string[] = []
  const door = createFrontDoor({
    api: () => seen.push('api'),
    control: () => seen.push('control'),
    controlIsOpen,
  })
  door({ url, method: 'GET', socket: { remoteAddress } } as IncomingMessage, {} as ServerResponse)
  return seen
}

describe('the control API behind the primary domain', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('is there for %s', (address) => {
    expect(opened(address, '/_control/keys')).toEqual(['control'])
    expect(opened(address, '/v3/certificates')).toEqual(['api'])
  })

  it.each(['10.1.2.3', '172.17.0.1', '::ffff:10.1.2.3', '2001:db8::1', '', '127.0.0.1.evil'])(
    'is not there for %j, unless it was opened',
    (address) => {
      expect(opened(address, '/_control/keys')).toEqual(['api'])
      expect(opened(address, '/_control/keys', true)).toEqual(['control'])
    },
  )
})

describe('a control API that other machines may use', () => {
  const refused = (headers: Record<string, string>): boolean =>
    mayBeFromWebPageElsewhere({ headers } as unknown as IncomingMessage)

  it.each([
    '127.0.0.1:8902',
    '[::1]:8902',
    '172.17.0.2:8902',
    'simulator:8902',
    'localhost',
    'host.docker.internal:8902',
  ])('answers under %s', (host) => {
    expect(refused({ host })).toBe(false)
    expect(refused({ host, origin: 'http://page.example' })).toBe(true)
  })

  it.each(['evil.example:8902', 'a.b', '', '127.0.0.1.evil.example'])('answers nobody under %j', (host) => {
    expect(refused({ host })).toBe(true)
  })

  it('is reached from this machine as ever', async () => {
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect((await fetch(`${simulator.controlUrl}/_control/keys`)).status).toBe(200)
    const page = await fetch(`${simulator.controlUrl}/_control/keys`, {
      headers: { origin: 'http://x.example' },
    })
    expect(page.status).toBe(403)
  })
})

describe('notifications', () => {
  it('go to this machine', async () => {
    await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.advance(0)
    expect(receiver.arrivals).toHaveLength(1)
  })

  it('go nowhere else', async () => {
    const number = await paidOrder(simulator, { notify_url: 'https://shop.example/notify' })
    await simulator.advance(0)
    const [delivery] = (await simulator.control.notifications()).filter((one) => one.out_trade_no === number)
    expect(delivery).toMatchObject({ state: 'waiting', attempts: [{ error: HOST_NOT_ALLOWED }] })
  })

  it('go to what was named, over plain http as well', () => {
    const may = createNotifyHosts(['Shop.example', 'app'])
    const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
    const ipv4 = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
    const allowed = ['https://shop.example/n', 'http://app:3000/n', 'http://localhost/n', 'http://[::1]:1/n']
    expect([...allowed, ...ipv4.map((address) => `http://${address}/n`)].filter((url) => !may(url))).toEqual(
      [],
    )
    const refused = [
      'https://shop.example.evil/n',
      'https://a.shop.example/n',
      'http://192.0.2.1/n',
      'http://localhost.evil/n',
    ]
    expect(refused.filter(may)).toEqual([])
  })

  it.each([
    'http://app:3000/n',
    'http://192.168.0.2/n',
    'http://10.0.0.1/n',
    'http://host.docker.internal/n',
    'http://[fd00::1]/n',
  ])('may be wanted at %s, which WeChat would refuse', async (notify_url) => {
    const answer = await createMerchant(simulator).post(
      '/v3/pay/transactions/native',
      prepayBody({ notify_url }),
    )
    expect(answer.status).toBe(200)
  })

  it.each(['http://shop.example/n', 'http://192.0.2.1/n', 'http://[2001:db8::1]/n', 'ftp://app/n'])(
    'may not be wanted at %s',
    async (notify_url) => {
      const answer = await createMerchant(simulator).post(
        '/v3/pay/transactions/native',
        prepayBody({ notify_url }),
      )
      expect(answer.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/notify_url' } })
    },
  )
})

describe('hosts', () => {
  it('of this machine are loopback and its own addresses', () => {
    expect(['localhost', '127.9.9.9', '[::1]'].every(isThisMachine)).toBe(true)
    expect(['192.0.2.7', 'localhost.example', '128.0.0.1', '[::2]'].some(isThisMachine)).toBe(false)
  })

  it('of a private network have no public name', () => {
    expect(
      ['app', 'a.internal', 'a.local', '172.16.0.1', '172.31.0.1', '169.254.1.1', '[fe80::1]'].every(
        isPrivateHost,
      ),
    ).toBe(true)
    expect(['a.example', '172.15.0.1', '172.32.0.1', '11.0.0.1', '[2001:db8::1]'].some(isPrivateHost)).toBe(
      false,
    )
  })
})
