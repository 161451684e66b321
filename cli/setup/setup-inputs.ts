/** What `wxpay setup` needs: from options, an env file, the environment, or by asking; checked as soon as it is there. */
import * as v from 'valibot'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readInputFile, readInputText } from '#cli/terminal/input-file.ts'
import {
  checkApiV2Key,
  checkApiV3Key,
  checkClientKey,
  checkMerchantPair,
  checkNotOwnKey,
  checkPublicKey,
} from './merchant-keys.ts'
import { pemOf } from './pem.ts'
import { type PemPair, readPkcs12 } from './pkcs12.ts'
import { asked, askedMaybe, readVariables, type Variables } from './variables.ts'
import type { World } from '#cli/terminal/world.ts'

/** The options of setup; each has a variable of the same meaning. */
export const SetupOptions = {
  p12: v.optional(v.string()),
  privateKey: v.optional(v.string()),
  certificate: v.optional(v.string()),
  clientKey: v.optional(v.string()),
  serial: v.optional(v.string()),
  apiv3KeyFile: v.optional(v.string()),
  previousApiv3KeyFile: v.optional(v.string()),
  apiv2KeyFile: v.optional(v.string()),
  publicKey: v.optional(v.string()),
  publicKeyId: v.optional(v.string()),
  envFile: v.optional(v.string()),
}
export type SetupOptions = v.InferOutput<v.ObjectSchema<typeof SetupOptions, undefined>>

export interface SetupInputs {
  readonly pair: PemPair
  readonly serial: string
  /** RSA, for what the payer's client gets, where the pair is of SM2. */
  readonly clientKeyPem?: string
  readonly apiV3Key: string
  /** The one before it, where the operator gave it. */
  readonly previousApiV3Key?: string
  /** For notices of refunds that are made on the merchant platform, where the operator gave it. */
  readonly apiV2Key?: string
  /** Absent for merchants who have platform certificates only. */
  readonly publicKey?: { readonly serial: string; readonly pem: string }
}

interface Source {
  readonly world: World
  readonly mchid: string
  readonly variables: Variables
}

const P12_ASKED = 'Path of apiclient_cert.p12, or Enter to give the two PEM files instead: '

/** @throws CliError `usage` for the first input that is missing or wrong; nothing is written by then. */
export async function readSetupInputs(
  world: World,
  mchid: string,
  options: SetupOptions,
): Promise<SetupInputs> {
  const source: Source = { world, mchid, variables: await readVariables(world, options.envFile) }
  const pair = await readPair(source, options)
  const serial = checkMerchantPair(pair, {
    mchid,
    serial: options.serial ?? source.variables['WXPAY_SERIAL_NO'],
    now: world.clock.now(),
  })
  world.terminal.err(`the private key belongs to the certificate ${serial}\n`)
  const clientKeyPem = await readClientKey(source, pair, options.clientKey)
  const apiV3Key = checkApiV3Key(await readApiV3Key(source, options.apiv3KeyFile))
  const previousApiV3Key = await readPreviousKey(source, options.previousApiv3KeyFile)
  const apiV2Key = await readApiV2Key(source, options.apiv2KeyFile)
  const publicKey = await readPublicKey(source, options)
  if (publicKey !== undefined) checkNotOwnKey(publicKey.pem, pair.certificatePem)
  return {
    pair,
    serial,
    ...(clientKeyPem === undefined ? {} : { clientKeyPem }),
    apiV3Key,
    ...(previousApiV3Key === undefined ? {} : { previousApiV3Key }),
    ...(apiV2Key === undefined ? {} : { apiV2Key }),
    ...(publicKey === undefined ? {} : { publicKey }),
  }
}

async function readPair(source: Source, options: SetupOptions): Promise<PemPair> {
  const { world, variables } = source
  let p12 = options.p12 ?? variables['WXPAY_P12_FILE']
  let keyFile = options.privateKey ?? variables['WXPAY_PRIVATE_KEY_FILE']
  if (p12 === undefined && keyFile === undefined) p12 = await askedMaybe(world, P12_ASKED)
  if (p12 !== undefined) return readP12(source, p12)
  keyFile ??= await asked(world, 'Path of apiclient_key.pem: ', {
    option: '--private-key or --p12',
    variable: 'WXPAY_PRIVATE_KEY_FILE',
  })
  const certificateFile =
    options.certificate ??
    variables['WXPAY_CERTIFICATE_FILE'] ??
    (await asked(world, 'Path of apiclient_cert.pem: ', {
      option: '--certificate',
      variable: 'WXPAY_CERTIFICATE_FILE',
    }))
  return {
    privateKeyPem: pemOf(await readInputFile(world, keyFile), 'private key', keyFile),
    certificatePem: pemOf(await readInputFile(world, certificateFile), 'certificate', certificateFile),
  }
}

/** The merchant number is the password that WeChat gives; only when it does not fit is another asked for. */
async function readP12({ world, mchid, variables }: Source, path: string): Promise<PemPair> {
  const bytes = await readInputFile(world, path)
  const given = variables['WXPAY_P12_PASSWORD']
  try {
    return readPkcs12(bytes, { password: given ?? mchid, source: path })
  } catch (error) {
    const wrong = error instanceof CliError && error.message.includes('password')
    if (!wrong || given !== undefined || !world.terminal.interactive) throw error
    const password = await world.terminal.ask('The merchant number is not its password. Password: ', {
      hidden: true,
    })
    return readPkcs12(bytes, { password, source: path })
  }
}

/** Never asked for: merchants of Native and H5 need none, others are told by wxpay doctor. */
async function readClientKey(
  { world, variables }: Source,
  pair: PemPair,
  file: string | undefined,
): Promise<string | undefined> {
  const path = file ?? variables['WXPAY_CLIENT_KEY_FILE']
  if (path === undefined) return undefined
  return checkClientKey(pemOf(await readInputFile(world, path), 'private key', path), pair)
}

async function readApiV3Key({ world, variables }: Source, file: string | undefined): Promise<string> {
  const path = file ?? variables['WXPAY_APIV3_KEY_FILE']
  if (path !== undefined) return readInputText(world, path)
  return (
    variables['WXPAY_APIV3_KEY'] ??
    asked(world, 'APIv3 key (32 characters, not shown): ', {
      option: '--apiv3-key-file',
      variable: 'WXPAY_APIV3_KEY',
      hidden: true,
    })
  )
}

/** Never asked for: setup keeps the key in force by itself where it may read it. */
async function readPreviousKey(
  { world, variables }: Source,
  file: string | undefined,
): Promise<string | undefined> {
  const path = file ?? variables['WXPAY_PREVIOUS_APIV3_KEY_FILE']
  const text = path === undefined ? variables['WXPAY_PREVIOUS_APIV3_KEY'] : await readInputText(world, path)
  return text === undefined ? undefined : checkApiV3Key(text)
}

/** Never asked for: most merchants need none. */
async function readApiV2Key(
  { world, variables }: Source,
  file: string | undefined,
): Promise<string | undefined> {
  const path = file ?? variables['WXPAY_APIV2_KEY_FILE']
  const text = path === undefined ? variables['WXPAY_APIV2_KEY'] : await readInputText(world, path)
  return text === undefined ? undefined : checkApiV2Key(text)
}

async function readPublicKey(
  { world, variables }: Source,
  options: SetupOptions,
): Promise<SetupInputs['publicKey']> {
  let path = options.publicKey ?? variables['WXPAY_PUBLIC_KEY_FILE']
  path ??= await askedMaybe(world, 'Path of pub_key.pem (WeChat Pay public key), or Enter if you have none: ')
  if (path === undefined) return undefined
  const pem = pemOf(await readInputFile(world, path), 'public key', path)
  const id =
    options.publicKeyId ??
    variables['WXPAY_PUBLIC_KEY_ID'] ??
    (await asked(world, 'Its id (PUB_KEY_ID_…): ', {
      option: '--public-key-id',
      variable: 'WXPAY_PUBLIC_KEY_ID',
    }))
  return checkPublicKey(pem, id)
}
