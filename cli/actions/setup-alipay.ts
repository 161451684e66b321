/** `wxpay setup --provider alipay`: the app's key and Alipay's, and what has to be pasted into Alipay's console. */
import { type AlipayInputs, type AlipayOptions, readAlipayInputs } from '#cli/setup/alipay-inputs.ts'
import { bareBase64 } from '#cli/setup/alipay-key-names.ts'
import { planAlipay, storedSigning } from '#cli/setup/alipay-plan.ts'
import { checkAlipaySecrets } from '#cli/stack/alipay-secret-checks.ts'
import { type Check, warn } from '#cli/stack/check.ts'
import type { AlipayStack } from '#cli/stack/stack-access.ts'
import type { GlobalOptions } from '#cli/terminal/options.ts'
import type { World } from '#cli/terminal/world.ts'
import { carryOut } from './setup-write.ts'

type Options = GlobalOptions &
  AlipayOptions & { readonly envFile?: string | undefined; readonly dryRun: boolean }

export async function enterAlipay(world: World, stack: AlipayStack, options: Options): Promise<void> {
  world.terminal.err(`keys of the app ${stack.alipay.appId} of Alipay for the stack ${stack.name}\n`)
  const stored = await storedSigning(stack)
  const inputs = await readAlipayInputs(world, stored, options)
  const changes = await planAlipay(stack, { inputs, stored, now: world.clock.now() })
  const beside = besideOf(inputs)
  await carryOut(
    world,
    { stack: stack.name, changes, options, first: inputs.keep, ...(beside && { beside }) },
    async (now) => (await checkAlipaySecrets(stack, now)).map((check) => comesLater(check, inputs)),
  )
}

/** Alipay shows its key only once it has the app's. */
function comesLater(check: Check, { key }: AlipayInputs): Check {
  const isMissing = check.name === 'alipay-keys' && check.level === 'fail' && key === undefined
  return isMissing ? warn(check.name, check.detail, THEN) : check
}

const THEN =
  "paste the app public key into Alipay's console, put the 支付宝公钥 that it shows then into a file, and give it: wxpay setup --provider alipay --alipay-key <file>"

const WHERE = '开放平台控制台 > the app > 开发设置 > 接口加签方式 > 设置 > 公钥'

/** Nothing of it is secret. */
function besideOf({ signing, signer, keep }: AlipayInputs) {
  if (signing === undefined || signer === undefined) return undefined
  const app_public_key = bareBase64(signer.privateKey)
  const json = { app_public_key, ...signer.certificates }
  if (signer.certificates !== undefined) {
    const { app_cert_sn, alipay_root_cert_sn } = signer.certificates
    return {
      json,
      text: `in certificate mode nothing is pasted: Alipay's console has the certificate of this key\n  app_cert_sn          ${app_cert_sn}\n  alipay_root_cert_sn  ${alipay_root_cert_sn}`,
    }
  }
  const text = `paste this app public key (应用公钥) into Alipay's console, ${WHERE}:\n\n${app_public_key}`
  return { json, text: keep === undefined ? text : `${text}\n\n${KEEP}` }
}

const KEEP =
  'Keep the file of the private key apart, or delete it: the stack has its own copy. For certificate mode make the request of a certificate (CSR) with it first: openssl req -new -key <file> -out app.csr'
