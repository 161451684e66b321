/** What `wxpay setup --provider alipay` needs: from options, variables, or by asking; checked as soon as it is there. */
import * as v from 'valibot'
import type { AppKeyRecord, AppSigner } from '#shared/alipay/app-signer.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { privateKeyPem } from '#shared/crypto/keys.ts'
import type { AlipaySigningRecord } from '#shared/secrets/alipay-secrets.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { World } from '#cli/terminal/world.ts'
import { checkAlipayKey, checkApp } from './alipay-fits.ts'
import { readAlipayKey, readAppKey, readCertificates, signerOf } from './alipay-files.ts'
import { generateAppKey } from './generate-key.ts'
import type { StoredSecret } from './stored-secret.ts'
import { asked, askedMaybe, readVariables, type Variables } from './variables.ts'

/** Each but the first and the last has a variable of the same meaning. */
export const AlipayOptions = {
  generateAppKey: v.optional(v.string()),
  appPrivateKey: v.optional(v.string()),
  appCertificate: v.optional(v.string()),
  rootCertificate: v.optional(v.string()),
  alipayKey: v.optional(v.string()),
  previousAlipayKey: v.optional(v.string()),
  onlyThisKey: v.optional(v.boolean(), false),
}
export type AlipayOptions = v.InferOutput<v.ObjectSchema<typeof AlipayOptions, undefined>>

export interface AlipayInputs {
  /** What signs from now on; absent where what is stored stays. */
  readonly signing?: AlipaySigningRecord
  /** What signs, given or stored; absent where what is stored cannot be read. */
  readonly signer?: AppSigner
  /** Writes a key that was made to its file. */
  readonly keep?: () => Promise<void>
  readonly key?: AlipayKeyRecord
  /** The one before it, where the operator gave it. */
  readonly previousKey?: AlipayKeyRecord
  /** Nothing that is stored stays beside the key given. */
  readonly onlyThisKey: boolean
}

export interface AlipaySource {
  readonly world: World
  readonly variables: Variables
  readonly stored: StoredSecret<AlipaySigningRecord>
}

/** @throws CliError `usage` for the first input that is missing or wrong; nothing is written by then. */
export async function readAlipayInputs(
  world: World,
  stored: StoredSecret<AlipaySigningRecord>,
  { envFile, ...options }: AlipayOptions & { readonly envFile?: string | undefined },
): Promise<AlipayInputs> {
  const source = { world, variables: await readVariables(world, envFile), stored }
  const own = await readKey(source, options)
  const certificates = await readPair(source, options, own)
  const given = recordOf(source, own?.text, certificates)
  const now = world.clock.now()
  const signer = given === undefined ? undefined : checkApp(given, now)
  const inForce = given ?? (stored.readable ? stored.value : undefined)
  const path =
    options.alipayKey ?? source.variables['WXPAY_ALIPAY_KEY_FILE'] ?? (await askedMaybe(world, KEY_ASKED))
  const key = path === undefined ? undefined : await readAlipayKey(world, path)
  if (key !== undefined) checkAlipayKey(world, key, { record: inForce, now })
  const previousKey = await readPrevious(source, options)
  if (given === undefined && key === undefined) throw nothingGiven()
  return {
    ...(given === undefined || signer === undefined ? {} : { signing: tidy(given, signer) }),
    ...signerIn(signer, inForce),
    ...(own?.keep === undefined ? {} : { keep: own.keep }),
    ...(key === undefined ? {} : { key }),
    ...(previousKey === undefined ? {} : { previousKey }),
    onlyThisKey: options.onlyThisKey,
  }
}

const KEY_ASKED =
  "Path of Alipay's public key (支付宝公钥) or certificate (alipayCertPublicKey_RSA2.crt), or Enter where you have none yet: "

function nothingGiven(): CliError {
  return new CliError(
    'usage',
    '--app-private-key, --generate-app-key or --alipay-key is missing',
    'give what is to be stored, or set WXPAY_APP_PRIVATE_KEY_FILE or WXPAY_ALIPAY_KEY_FILE (in --env-file too)',
  )
}

/** Of what is stored, which may be older than today's rules. */
function signerIn(signer: AppSigner | undefined, record: AppKeyRecord | undefined) {
  if (signer !== undefined) return { signer }
  return record === undefined ? {} : { signer: signerOf(record) }
}

interface OwnKey {
  /** PEM, or bare Base64. */
  readonly text: string
  readonly keep?: () => Promise<void>
}

async function readKey(
  { world, variables, stored }: AlipaySource,
  { appPrivateKey, generateAppKey: newFile }: Omit<AlipayOptions, 'onlyThisKey'>,
): Promise<OwnKey | undefined> {
  if (newFile !== undefined && appPrivateKey !== undefined) {
    throw new CliError(
      'usage',
      '--generate-app-key makes a key, and --app-private-key takes one that exists',
      'give one of them',
    )
  }
  if (newFile !== undefined) return generated(world, newFile)
  const path = appPrivateKey ?? variables['WXPAY_APP_PRIVATE_KEY_FILE']
  if (path !== undefined) return { text: await readAppKey(world, path) }
  if (!world.terminal.interactive) return undefined
  const empty = stored.readable && stored.value === undefined
  const otherwise = empty ? 'have one made' : 'leave the one that is stored'
  const answer = await askedMaybe(world, `Path of the app private key (应用私钥), or Enter to ${otherwise}: `)
  if (answer !== undefined) return { text: await readAppKey(world, answer) }
  if (!empty) return undefined
  return generated(world, await asked(world, 'Path of a new file for it: ', NEW_FILE))
}

const NEW_FILE = { option: '--generate-app-key', variable: 'WXPAY_APP_PRIVATE_KEY_FILE' }

async function generated(world: World, path: string): Promise<OwnKey> {
  const { pem, keep } = await generateAppKey(world, path)
  return { text: pem, keep }
}

interface Pair {
  readonly app: string
  readonly root: string
}

/** Both or neither. A key that was just made has none yet. */
async function readPair(
  { world, variables }: AlipaySource,
  options: Pick<AlipayOptions, 'appCertificate' | 'rootCertificate'>,
  own: OwnKey | undefined,
): Promise<Pair | undefined> {
  let app = options.appCertificate ?? variables['WXPAY_APP_CERTIFICATE_FILE']
  let root = options.rootCertificate ?? variables['WXPAY_ALIPAY_ROOT_CERTIFICATE_FILE']
  if (app === undefined && root === undefined && own !== undefined && own.keep === undefined) {
    app = await askedMaybe(world, APP_CERTIFICATE_ASKED)
    if (app !== undefined)
      root = await asked(world, 'Path of alipayRootCert.crt: ', {
        option: '--root-certificate',
        variable: 'WXPAY_ALIPAY_ROOT_CERTIFICATE_FILE',
      })
  }
  if (app === undefined && root === undefined) return undefined
  if (app === undefined || root === undefined) {
    throw new CliError(
      'usage',
      '--app-certificate and --root-certificate belong together',
      'give both files of the download (appCertPublicKey_….crt, alipayRootCert.crt), or neither where the app has a bare public key',
    )
  }
  return { app: await readCertificates(world, app), root: await readCertificates(world, root) }
}

const APP_CERTIFICATE_ASKED =
  'Path of the app certificate (appCertPublicKey_….crt), or Enter where the app has a bare public key: '

/** Certificates alone renew those of the key that is stored. */
function recordOf(
  { stored }: AlipaySource,
  key: string | undefined,
  pair: Pair | undefined,
): AppKeyRecord | undefined {
  if (key === undefined && pair === undefined) return undefined
  const private_key = key ?? (stored.readable ? stored.value?.private_key : undefined)
  if (private_key === undefined) {
    throw new CliError(
      'usage',
      '--app-private-key is missing',
      stored.readable
        ? 'no key is stored yet: give it with its certificate'
        : 'the key that is stored cannot be read by these credentials: give it with its certificate',
    )
  }
  if (pair === undefined) return { private_key }
  return { private_key, app_certificate: pair.app, root_certificate: pair.root }
}

function tidy(record: AppKeyRecord, { privateKey }: AppSigner): AlipaySigningRecord {
  return { ...record, private_key: privateKeyPem(privateKey) }
}

/** Never asked for: setup keeps the key in force by itself where it may read it. */
async function readPrevious(
  { world, variables }: AlipaySource,
  { previousAlipayKey }: Pick<AlipayOptions, 'previousAlipayKey'>,
): Promise<AlipayKeyRecord | undefined> {
  const path = previousAlipayKey ?? variables['WXPAY_PREVIOUS_ALIPAY_KEY_FILE']
  return path === undefined ? undefined : readAlipayKey(world, path)
}
