/** What is done to the deployed system, in this order, and what has to come of it. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailed, wxpay } from './command.ts'
import { deadLetterAndRedrive } from './dead-letter.ts'
import { bootstrap, deploy, deployAChange, destroy } from './deployments.ts'
import { callApi, expectThat, output } from './scene.ts'
import type { Scene } from './scene.ts'
import { subscribe } from './subscriber.ts'

export interface Step {
  readonly name: string
  /** @returns what was seen. @throws Error with what was expected. */
  readonly run: (scene: Scene) => Promise<string>
}

export const STEPS: readonly Step[] = [
  { name: 'cdk bootstrap', run: bootstrap },
  { name: 'cdk deploy', run: deploy },
  { name: 'wxpay setup', run: setup },
  { name: 'wxpay keys rotate', run: rotate },
  { name: 'wxpay doctor', run: doctor },
  { name: 'payment', run: (scene) => pay(scene, 'CONFORM-1') },
  { name: 'duplicate', run: duplicate },
  { name: 'refund', run: refund },
  { name: 'dead letter and redrive', run: deadLetterAndRedrive },
  { name: 'cdk deploy of a change', run: deployAChange },
  { name: 'payment after the change', run: (scene) => pay(scene, 'CONFORM-3') },
  { name: 'cdk destroy', run: destroy },
]

async function setup({ command, keysFolder, simulator }: Scene): Promise<string> {
  const file = (name: string): string => join(keysFolder, name)
  const given = ['--private-key', file('apiclient_key.pem'), '--certificate', file('apiclient_cert.pem')]
  const publicKey = ['--public-key', file('pub_key.pem'), '--public-key-id', simulator.keys().public_key.id]
  // No payment needs an APIv2 key; a secret that is left empty has an empty value on the emulator, and none on AWS.
  await writeFile(file('apiv2_key.txt'), randomBytes(16).toString('hex'))
  const symmetric = ['--apiv3-key-file', file('apiv3_key.txt'), '--apiv2-key-file', file('apiv2_key.txt')]
  await wxpay(command, ['setup', ...given, ...publicKey, ...symmetric])
  const checked = await wxpay(command, ['--json', 'setup', '--check'])
  const { checks }: { checks: readonly { level: string }[] } = JSON.parse(checked)
  expectThat(
    checks.length > 0 && checks.every(({ level }) => level === 'ok'),
    `setup --check to be ok: ${checked}`,
  )
  return `${checks.length} checks of the secrets ok`
}

/** The first platform certificates come by this, from the simulator over https, by way of the queue of key refreshes. */
async function rotate({ command, simulator }: Scene): Promise<string> {
  await wxpay(command, ['keys', 'rotate'])
  const serials = simulator.keys().platform.certificates.map(({ serial_no: serial }) => serial)
  const until = Date.now() + 60_000
  for (;;) {
    const stored = await wxpay(command, ['--json', 'certs'])
    if (serials.every((serial) => stored.includes(serial)))
      return `${serials.length} platform certificate stored by rotate-certs`
    expectThat(
      Date.now() < until,
      `rotate-certs to store the platform certificates within a minute: ${stored}`,
    )
  }
}

async function doctor({ command }: Scene): Promise<string> {
  const said = await wxpay(command, ['--json', 'doctor']).catch((error: unknown) => {
    if (error instanceof CommandFailed) return error.stdout
    throw error
  })
  const { checks }: { checks: readonly { name: string; level: string; detail: string }[] } = JSON.parse(said)
  const others = checks.filter(({ level }) => level !== 'ok')
  const failed = others
    .filter(({ level }) => level === 'fail')
    .map(({ name, detail }) => `${name}: ${detail}`)
  expectThat(failed.length === 0, `doctor to find no fault: ${failed.join(', ')}`)
  const warned = others.map(({ name }) => name)
  return `${checks.length - warned.length} ok, warnings of what the emulator has not: ${warned.join(', ')}`
}

/** By WeChat's notification alone: nobody asks for the order in between. */
async function pay(scene: Scene, number: string): Promise<string> {
  scene.kept.subscriber ??= await subscribe(scene.clients, output(scene, 'EventTopicArn'))
  const order = {
    out_trade_no: number,
    description: '咖啡',
    channel: 'native',
    amount: { total: 100, currency: 'CNY' },
  }
  await callApi(scene, '/v1/payments', order)
  await scene.simulator.control.pay({ out_trade_no: number })
  await scene.simulator.control.waitForNotification({ out_trade_no: number, timeout_ms: 30_000 })
  const { data } = await scene.kept.subscriber.next('payment.succeeded', number)
  expectThat(data['trade_state'] === 'SUCCESS', `the order to be paid: ${JSON.stringify(data)}`)
  return `${number} is paid by its notification, and the subscriber was told`
}

async function duplicate(scene: Scene): Promise<string> {
  const { control } = scene.simulator
  const { id } = await control.waitForNotification({ out_trade_no: 'CONFORM-1' })
  const attempts = await control.resend(id, { times: 3 })
  const answered = attempts.map(({ status }) => status)
  expectThat(
    answered.every((status) => status === 204),
    `204 for each repeat: ${answered.join(', ')}`,
  )
  // Another payment's event comes after whatever the repeats might have caused.
  await pay(scene, 'CONFORM-2')
  const told = scene.kept.subscriber?.events.filter(({ data }) => data['out_trade_no'] === 'CONFORM-1') ?? []
  const ids = new Set(told.map(({ id: event }) => event))
  expectThat(ids.size === 1, `one event of CONFORM-1: ${[...ids].join(', ')}`)
  return `${answered.length} repeats answered with 204, one event`
}

async function refund(scene: Scene): Promise<string> {
  const asked = { out_refund_no: 'CONFORM-R1', amount: { refund: 40 } }
  await callApi(scene, '/v1/payments/CONFORM-1/refunds', asked)
  await scene.simulator.control.finishRefund('CONFORM-R1')
  const told = await scene.kept.subscriber?.next('refund.succeeded', 'CONFORM-1')
  expectThat(told?.data['refundable'] === 60, `60 fen to be left: ${JSON.stringify(told?.data)}`)
  return 'CONFORM-R1 is SUCCESS by its notification, 60 of 100 fen are left'
}
