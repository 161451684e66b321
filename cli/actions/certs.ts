/** `wxpay certs`: dumps certificates and public keys of files, or of a stack. */
import type { Command } from 'commander'
import * as v from 'valibot'
import {
  dumpCertificate,
  dumpKeys,
  dumpPublicKey,
  dumpText,
  type KeyDump,
} from '#cli/explain/certificate-dump.ts'
import { readInputFile, readInputText } from '#cli/terminal/input-file.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { readPkcs12 } from '#cli/setup/pkcs12.ts'
import { readMerchantSigning, readPlatformKeys } from '#cli/stack/stack-keys.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { p12: v.optional(v.string()), mchid: v.optional(v.string()) }

type Found = KeyDump & { readonly of: string }

export async function showCertificates(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const found: Found[] = []
  for (const file of command.args) found.push(...(await ofFile(world, file)))
  if (options.p12 !== undefined) found.push(await ofPkcs12(world, options.p12, options.mchid ?? ''))
  if (found.length === 0) {
    found.push(
      ...(await withStack(world, options, (stack) => ofWechat(withWechat(stack), world.clock.now()))),
    )
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
