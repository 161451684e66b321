/** `wxpay certs`: dumps certificates and public keys of files, or of a stack. */
import type { Command } from 'commander'
import * as v from 'valibot'
import {
  dumpCertificate,
  dumpKeyOf,
  dumpKeys,
  dumpPublicKey,
  dumpText,
  type KeyDump,
} from '#cli/explain/certificate-dump.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { publicHalf } from '#shared/crypto/keys.ts'
import type { Provider } from '#shared/providers.ts'
import { readInputFile, readInputText } from '#cli/terminal/input-file.ts'
import { ProviderOption, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { checkedKey } from '#cli/setup/alipay-files.ts'
import { bareBase64 } from '#cli/setup/alipay-key-names.ts'
import { readPkcs12 } from '#cli/setup/pkcs12.ts'
import {
  readAlipayKeys,
  readAlipaySigning,
  readMerchantSigning,
  readPlatformKeys,
} from '#cli/stack/stack-keys.ts'
import { accountOf, accountsOf, withAlipay, withWechat } from '#cli/stack/accounts.ts'
import { type AlipayStack, type StackAccess, type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { ...ProviderOption, p12: v.optional(v.string()), mchid: v.optional(v.string()) }

type Found = KeyDump & {
  readonly of: string
  /** How Alipay names a certificate. */
  readonly alipay_sn?: string
  /** As Alipay's console takes and shows it. */
  readonly app_public_key?: string
}

export async function showCertificates(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const found: Found[] = []
  for (const file of command.args) found.push(...(await ofFile(world, file)))
  if (options.p12 !== undefined) found.push(await ofPkcs12(world, options.p12, options.mchid ?? ''))
  if (found.length === 0) {
    found.push(...(await withStack(world, options, (stack) => ofStack(world, stack, options))))
  }
  const text = found.map(({ of, ...dump }) => `${of}\n${dumpText(dump)}`).join('\n\n')
  show(world, { json: { total: found.length, keys: found }, text }, options.json)
}

async function ofFile(world: World, file: string): Promise<readonly Found[]> {
  const dumps = dumpKeys(await readInputText(world, file), file, world.clock.now())
  return dumps.map((dump) => ({ of: file, ...dump }))
}

async function ofPkcs12(world: World, file: string, mchid: string): Promise<Found> {
  const password = world.environment['WXPAY_P12_PASSWORD'] ?? mchid
  const { certificatePem } = readPkcs12(await readInputFile(world, file), { password, source: file })
  return { of: file, ...dumpCertificate(certificatePem, file, world.clock.now()) }
}

/** Those of every channel, unless one is named; a secret that is not filled yet hides nothing of the others. */
async function ofStack(
  world: World,
  stack: StackAccess,
  { provider }: { readonly provider?: Provider | undefined },
): Promise<readonly Found[]> {
  const now = world.clock.now()
  const accounts = provider === undefined ? accountsOf(stack) : [accountOf(stack, { provider })]
  const parts = accounts.flatMap((account) => partsOf(stack, account.provider, now))
  const found: Found[] = []
  const failed: CliError[] = []
  for (const part of parts) {
    try {
      found.push(...(await part()))
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      failed.push(error)
    }
  }
  const [first] = failed
  if (found.length === 0 && first !== undefined) throw first
  for (const { message, remedy } of failed) world.terminal.err(`${message}: ${remedy}\n`)
  return found
}

type Part = () => Promise<readonly Found[]>

function partsOf(opened: StackAccess, provider: Provider, now: number): readonly Part[] {
  if (provider === 'wechat') return [() => ofWechat(withWechat(opened), now)]
  const stack = withAlipay(opened)
  return [
    () => ofApp(stack, now),
    async () => (await readAlipayKeys(stack)).map((key) => ofAlipayKey(key, now)),
  ]
}

async function ofApp(stack: AlipayStack, now: number): Promise<readonly Found[]> {
  const { signer, record } = await readAlipaySigning(stack)
  const { privateKey, certificates } = signer
  const key = publicHalf(privateKey)
  const app_public_key = bareBase64(privateKey)
  const own: Found = { of: 'app public key (Alipay)', app_public_key, ...dumpKeyOf(key) }
  if (record.app_certificate === undefined || certificates === undefined) return [own]
  const dump = dumpCertificate(record.app_certificate, 'alipay-signing', now)
  return [own, { of: 'app certificate (Alipay)', alipay_sn: certificates.app_cert_sn, ...dump }]
}

function ofAlipayKey(record: AlipayKeyRecord, now: number): Found {
  const { sn, publicKey } = checkedKey(record)
  if (sn === undefined) return { of: 'Alipay public key', ...dumpKeyOf(publicKey) }
  return { of: 'Alipay certificate', alipay_sn: sn, ...dumpCertificate(record.pem, 'alipay-keys', now) }
}

async function ofWechat(stack: WechatStack, now: number): Promise<readonly Found[]> {
  const { certificate } = await readMerchantSigning(stack)
  const merchant =
    certificate === undefined
      ? []
      : [{ of: 'merchant API certificate', ...dumpCertificate(certificate, 'merchant-signing', now) }]
  const platform = (await readPlatformKeys(stack)).map(({ kind, serial, pem }): Found =>
    kind === 'certificate'
      ? { of: 'platform certificate', ...dumpCertificate(pem, 'platform-keys', now) }
      : { of: 'WeChat Pay public key', ...dumpPublicKey(pem), serial },
  )
  return [...merchant, ...platform]
}
