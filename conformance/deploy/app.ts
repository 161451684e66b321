/**
 * The stack of the stage `dev`, as `infra` makes it, for the CDK command line: WeChat is played by a simulator, and what the emulator has
 * not is left out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Aspects } from 'aws-cdk-lib'
import { bundleOperations } from '#infra/bundle.ts'
import { PaymentStack } from '#infra/stack.ts'
import { checkStage, STAGES } from '#infra/stage/stages.ts'
import { EmulatorGaps } from './emulator-gaps.ts'

const app = new App()
const given = (name: string): string => String(app.node.tryGetContext(name))
const bundles = mkdtempSync(join(tmpdir(), 'wxpay-bundles-'))
const stage = checkStage('dev', {
  ...STAGES['dev'],
  mchid: given('mchid'),
  appids: [given('appid')],
  wechatApiUrl: given('wechat'),
  wechatApiBackupUrl: given('wechatBackup'),
  logLevel: given('logLevel'),
})
try {
  const stack = new PaymentStack(app, 'wxpay-dev', {
    stage,
    bundles: bundleOperations(bundles),
    env: { region: stage.region },
  })
  const gaps = new EmulatorGaps({ notifyBaseUrl: given('road'), deafSettle: given('deafSettle') === 'true' })
  Aspects.of(stack).add(gaps)
  app.synth()
  writeFileSync(given('leftOut'), JSON.stringify(gaps.leftOut()))
} finally {
  rmSync(bundles, { recursive: true, force: true })
}
