/** `wxpay sign`: builds the `Authorization` header of a request to WeChat, and shows exactly what is signed. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { authorizationHeader, requestMessage } from '#shared/wechat/trust/signature.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readInputFile } from '#cli/terminal/input-file.ts'
import { normalSerial } from '#cli/setup/merchant-keys.ts'
import { readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { pemOf } from '#cli/setup/pem.ts'
import { readMerchantSigning } from '#cli/stack/stack-keys.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = {
  method: v.pipe(v.string(), v.regex(/^[A-Z]{3,7}$/, 'must be in capitals, as in POST')),
  url: v.string(),
  body: v.optional(v.string()),
  timestamp: v.optional(wholeNumberOfSeconds()),
  nonce: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,32}$/, 'must have 1 to 32 letters and digits')),
  ),
  privateKey: v.optional(v.string()),
  serial: v.optional(v.string()),
  mchid: v.optional(v.string()),
}
type SignOptions = v.InferOutput<v.ObjectSchema<typeof Entries, undefined>>

export async function sign(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const signer =
    (await givenSigner(world, options)) ??
    (await withStack(world, options, async (opened) => {
      const stack = withWechat(opened)
      return { mchid: stack.mchid, ...(await readMerchantSigning(stack)) }
    }))
  const body = options.body === undefined ? '' : await bodyText(world, options.body)
  const request = {
    method: options.method,
    url: pathOf(options.url),
    body,
    timestamp: options.timestamp ?? Math.floor(world.clock.now() / 1000),
    nonce: options.nonce ?? randomNonce(),
  }
  const message = requestMessage(request)
  const authorization = authorizationHeader(signer, request)
  const text = `Authorization: ${authorization}\n\nsigned message, ${Buffer.byteLength(message)} bytes (\\n is a newline):\n${visible(message)}`
  show(world, { json: { authorization, message }, text }, options.json)
}

async function givenSigner(
  world: World,
  { privateKey, serial, mchid }: SignOptions,
): Promise<MerchantSigner | undefined> {
  if (privateKey === undefined && serial === undefined && mchid === undefined) return undefined
  if (privateKey === undefined || serial === undefined || mchid === undefined) {
    throw new CliError(
      'usage',
      '--private-key, --serial and --mchid belong together',
      'give all three, or none to use the keys of the stack',
    )
  }
  const pem = pemOf(await readInputFile(world, privateKey), 'private key', privateKey)
  return { mchid, serialNo: normalSerial(serial), privateKey: loadPrivateKey(pem) }
}

async function bodyText(world: World, path: string): Promise<string> {
  const bytes = await readInputFile(world, path)
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes)) return text
  throw new CliError('usage', `${path} is not UTF-8`, 'WeChat takes JSON in UTF-8 only')
}

/** What is signed is the path with its query, byte for byte as it is sent. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]+/i, '')
  if (/^\/[\x21-\x7e]*$/.test(path) && !path.includes('#')) return path
  throw new CliError(
    'usage',
    '--url must be a path that starts with / and is percent-encoded already',
    'give it exactly as it stands in the request line, as in /v3/pay/transactions/id/420000?mchid=1900000109',
  )
}

function visible(message: string): string {
  return message
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\n', '\\n\n')
    .trimEnd()
}

function wholeNumberOfSeconds() {
  return wholeNumber(1, 999_999_999_999)
}
