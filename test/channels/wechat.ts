/** WeChat Pay under the contract: its client, its simulator and notify. */
import { createNotify } from '#functions/notify/notify.ts'
import { createClientParameters } from '#shared/wechat/v3/client-parameters.ts'
import { systemClock } from '#shared/clock.ts'
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { silentLogger } from '#shared/log.ts'
import { createBills } from '#shared/wechat/v3/bills.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { atHour } from '#test/simulator/support/bills.ts'
import { APPID, MCHID } from '#test/simulator/support/merchant.ts'
import { startReceiver } from '#test/simulator/support/receiver.ts'
import type { Started } from './bench.ts'

export async function startWechat(): Promise<Started> {
  const receiver = await startReceiver()
  const simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 60_000,
  })
  const transport = createHttpTransport()
  const skipped = { ms: 0 }
  const clock = { now: () => Date.now() + skipped.ms }
  const { merchant, platform, apiv3_key } = simulator.keys()
  const [{ serial_no, private_key_pem } = { serial_no: '', private_key_pem: null }] = merchant
  const privateKey = loadPrivateKey(private_key_pem ?? '')
  const ring = createKeyRing(
    platform.certificates.map(({ serial_no: serial, certificate_pem: pem }) => ({
      serial,
      kind: 'certificate' as const,
      pem,
    })),
  )
  const deps = {
    mchid: MCHID,
    apiUrls: [simulator.url, simulator.backupUrl] as const,
    signer: async () => ({ mchid: MCHID, serialNo: serial_no, privateKey }),
    keyRing: async () => ring,
    transport,
    clock: systemClock,
    logger: silentLogger,
    sleep: async () => {},
  }
  const advance = async (ms: number) => {
    skipped.ms += ms
    await simulator.advance(ms)
  }
  return {
    provider: 'wechat',
    account: MCHID,
    appid: APPID,
    notifyUrl: receiver.url,
    channel: createWechatPay(deps),
    payParams: createClientParameters({ ...deps, nonce: () => 'N' }),
    bills: createBills({ ...deps, download: createHttpDownload() }),
    asked: { channel: 'native' },
    arrivals: receiver.arrivals,
    async notify(world, { headers, body }) {
      const kind = body.toString().includes('"REFUND.') ? 'refund' : 'payment'
      const notify = createNotify({
        ...world,
        mchid: MCHID,
        appids: [APPID],
        keyRing: deps.keyRing,
        reloadKeyRing: deps.keyRing,
        keyRefresh: { request: async () => {} },
        apiV3Keys: async () => [loadApiV3Key(apiv3_key)],
        reloadApiV3Keys: async () => [loadApiV3Key(apiv3_key)],
        // Signatures go by the clock on the wall, whatever day the simulator has come to.
        clock: systemClock,
      })
      const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
      return (await notify({ kind, headers: given, body }, world.logger)) === 'accepted'
    },
    pay: async (out_trade_no) => void (await simulator.control.pay({ out_trade_no })),
    refundElsewhere: async (out_trade_no, out_refund_no, amount) =>
      void (await simulator.control.refundElsewhere({ out_trade_no, out_refund_no, amount })),
    tellsElsewhere: false,
    loseNotifications: async () => void (await simulator.control.addFault({ kind: 'drop' })),
    loseAnswer: async (call) =>
      void (await simulator.control.addFault({
        kind: 'reset_after',
        match: { endpoint: call },
      })),
    tellStrangeState: async () =>
      void (await simulator.control.addFault({ kind: 'strange_state', match: { endpoint: 'query' } })),
    refundsAt: async (number) => {
      const refunds = await simulator.control.refunds()
      return refunds.filter((one) => one.out_trade_no === number).map(({ amount }) => amount.refund)
    },
    forged: (arrival) => {
      const body = Buffer.from(arrival.body)
      // Somewhere in the ciphertext, where the amount is.
      body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1
      return { ...arrival, body }
    },
    async ofUnknownType(out_trade_no) {
      const asked = { event_type: 'PARKING.ENTERED', resource: { out_trade_no } }
      const { headers, body } = await simulator.control.build(asked)
      const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
      return { method: 'POST', headers: Object.fromEntries(received), body: Buffer.from(body) }
    },
    now: clock.now,
    advance,
    async morningAfter() {
      const date = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10)
      const before = clock.now()
      // Ten o'clock is of the same day where it is night now.
      await atHour(simulator, 0)
      await atHour(simulator, 10)
      await atHour(simulator, 11)
      skipped.ms += 36 * 3_600_000 - (clock.now() - before)
      return date
    },
    async stop() {
      transport.close()
      await Promise.all([simulator.stop(), receiver.stop()])
    },
  }
}
