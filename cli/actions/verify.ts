/** `wxpay verify`: checks the signature of a captured notification or answer, and explains why it does not verify. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { loadCertificate } from '#shared/crypto/keys.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { readCapture, readHeaders, readRequest } from '#cli/explain/capture.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { explainRequest } from '#cli/explain/explain-request.ts'
import {
  type Explanation,
  explainSignature,
  type KnownKeys,
  type SignedCapture,
} from '#cli/explain/explain-signature.ts'
import { findingText } from '#cli/explain/finding.ts'
import { readInputFile } from '#cli/terminal/input-file.ts'
import { checkPublicKey } from '#cli/setup/merchant-keys.ts'
import { type GlobalOptions, ProviderOption, readOptions, readTime } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { pemOf } from '#cli/setup/pem.ts'
import { readMerchantSigning, readPlatformKeys } from '#cli/stack/stack-keys.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { explainNotification } from './verify-form.ts'

const Entries = {
  ...ProviderOption,
  alipayKey: v.optional(v.array(v.string()), []),
  headers: v.optional(v.string()),
  body: v.optional(v.string()),
  certificate: v.optional(v.array(v.string()), []),
  publicKey: v.optional(v.string()),
  publicKeyId: v.optional(v.string()),
  merchantCertificate: v.optional(v.string()),
  at: v.optional(v.string()),
}

export async function verify(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const now = world.clock.now()
  const at = options.at === undefined ? now : readTime('--at', options.at, now)
  const explained = await explain(world, { file: command.args[0], options, at })
  const { verified, findings, by } = explained
  const text = verified
    ? `verified: ${by} signed exactly these ${by === 'Alipay' ? 'fields' : 'bytes, and the clock fits'}`
    : `NOT verified\n\n${findings.map(findingText).join('\n\n')}`
  show(world, { json: { verified, findings }, text }, options.json)
  if (!verified) throw new CliError('failed', 'the signature does not verify', findings[0]?.remedy ?? '')
}

interface Question {
  readonly file: string | undefined
  readonly options: VerifyOptions & GlobalOptions
  /** Epoch ms. */
  readonly at: number
}

async function explain(
  world: World,
  { file, options, at }: Question,
): Promise<Explanation & { readonly by: string }> {
  if (options.provider === 'alipay' || options.alipayKey.length > 0)
    return { by: 'Alipay', ...(await explainNotification(world, { file, options, at })) }
  const apart = options.headers !== undefined || options.body !== undefined
  const bytes = apart
    ? undefined
    : await readInputFile(world, file ?? '-', 'a raw HTTP message or an API Gateway event')
  const request = bytes === undefined ? undefined : readRequest(bytes)
  if (request !== undefined) {
    const merchant = await merchantOf(world, options)
    return { by: 'the merchant', ...explainRequest(request, merchant, at) }
  }
  const capture = bytes === undefined ? await capturedApart(world, file, options) : readCapture(bytes)
  const keys =
    (await givenKeys(world, options)) ??
    (await withStack(world, options, (stack) => keysOfStack(withWechat(stack))))
  return { by: 'WeChat', ...explainSignature(capture, keys, at) }
}

/** Whose request it is: the certificate that is given, else the merchant of the stack. */
async function merchantOf(world: World, options: VerifyOptions & GlobalOptions) {
  const { merchantCertificate: path } = options
  if (path !== undefined) {
    return { certificatePem: pemOf(await readInputFile(world, path), 'certificate', path) }
  }
  return withStack(world, options, async (opened) => {
    const stack = withWechat(opened)
    const { certificate } = await readMerchantSigning(stack)
    if (certificate !== undefined) return { mchid: stack.mchid, certificatePem: certificate }
    throw new CliError(
      'usage',
      'the stack does not hold the merchant certificate, so the request cannot be verified',
      'give it with --merchant-certificate, or enter it with wxpay setup',
    )
  })
}

type VerifyOptions = v.InferOutput<v.ObjectSchema<typeof Entries, undefined>>

async function capturedApart(
  world: World,
  file: string | undefined,
  { headers, body }: VerifyOptions,
): Promise<SignedCapture> {
  if (headers === undefined || body === undefined || file !== undefined) {
    throw new CliError(
      'usage',
      'give either one file with headers and body, or both --headers and --body',
      'see wxpay verify --help',
    )
  }
  return { headers: readHeaders(await readInputFile(world, headers)), body: await readInputFile(world, body) }
}

async function givenKeys(world: World, options: VerifyOptions): Promise<KnownKeys | undefined> {
  const { certificate, publicKey, publicKeyId, merchantCertificate } = options
  if (certificate.length === 0 && publicKey === undefined) return undefined
  const platform = await Promise.all(certificate.map((path) => certificateRecord(world, path)))
  if (publicKey !== undefined) {
    if (publicKeyId === undefined) {
      throw new CliError(
        'usage',
        '--public-key needs --public-key-id',
        'the id stands beside the key in the merchant platform',
      )
    }
    const pem = pemOf(await readInputFile(world, publicKey), 'public key', publicKey)
    platform.push({ ...checkPublicKey(pem, publicKeyId), kind: 'public_key' })
  }
  const merchant =
    merchantCertificate === undefined ? undefined : await certificateRecord(world, merchantCertificate)
  return { platform, merchant }
}

async function certificateRecord(world: World, path: string): Promise<PlatformKeyRecord> {
  return recordOf(pemOf(await readInputFile(world, path), 'certificate', path))
}

function recordOf(pem: string): PlatformKeyRecord {
  return { serial: loadCertificate(pem).serial, kind: 'certificate', pem }
}

async function keysOfStack(stack: Parameters<typeof readPlatformKeys>[0]): Promise<KnownKeys> {
  const platform = await readPlatformKeys(stack)
  const { certificate } = await readMerchantSigning(stack)
  return { platform, ...(certificate === undefined ? {} : { merchant: recordOf(certificate) }) }
}
