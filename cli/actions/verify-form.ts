/** `wxpay verify --provider alipay`: checks the signature of a captured notification of Alipay. */
import type { KeyObject } from 'node:crypto'
import { asRsa, publicHalf } from '#shared/crypto/keys.ts'
import { readCapture } from '#cli/explain/capture.ts'
import { explainForm, type KeysOfAlipay } from '#cli/explain/explain-form.ts'
import type { Explanation } from '#cli/explain/explain-signature.ts'
import { checkedKey, readAlipayKey } from '#cli/setup/alipay-files.ts'
import { withAlipay } from '#cli/stack/accounts.ts'
import { readAlipayKeys, readAlipaySigning } from '#cli/stack/stack-keys.ts'
import { type AlipayStack, withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readInputFile } from '#cli/terminal/input-file.ts'
import type { GlobalOptions } from '#cli/terminal/options.ts'
import type { World } from '#cli/terminal/world.ts'

interface Question {
  readonly file: string | undefined
  readonly options: GlobalOptions & {
    readonly body?: string | undefined
    readonly alipayKey: readonly string[]
  }
  /** Epoch ms. */
  readonly at: number
}

export async function explainNotification(
  world: World,
  { file, options, at }: Question,
): Promise<Explanation> {
  const body = await bodyOf(world, file, options.body)
  return explainForm(body, (await givenKeys(world, options)) ?? (await keysOfStack(world, options)), at)
}

/** Of a form all is signed, so that its headers may be missing. */
async function bodyOf(world: World, file: string | undefined, body: string | undefined): Promise<Buffer> {
  if (file !== undefined && body !== undefined)
    throw new CliError('usage', 'the body is given twice', 'give one file, or --body')
  if (body !== undefined) return readInputFile(world, body)
  const bytes = await readInputFile(world, file ?? '-', 'a form, a raw HTTP message or an API Gateway event')
  const isForm = !/^\s*\{|\r?\n\r?\n/.test(bytes.toString('latin1'))
  return isForm ? bytes : readCapture(bytes).body
}

async function givenKeys(
  world: World,
  { alipayKey }: Question['options'],
): Promise<KeysOfAlipay | undefined> {
  if (alipayKey.length === 0) return undefined
  const alipay = await Promise.all(alipayKey.map((path) => readAlipayKey(world, path)))
  for (const record of alipay) checkedKey(record)
  return { alipay }
}

function keysOfStack(world: World, options: GlobalOptions): Promise<KeysOfAlipay> {
  return withStack(world, options, async (opened) => {
    const stack = withAlipay(opened)
    const [alipay, app] = await Promise.all([readAlipayKeys(stack), ownKey(stack)])
    return { alipay, ...(app === undefined ? {} : { app }) }
  })
}

/** To notice its own mistake; it verifies without as well. */
async function ownKey(stack: AlipayStack): Promise<KeyObject | undefined> {
  try {
    return asRsa(publicHalf((await readAlipaySigning(stack)).signer.privateKey), 'app public key')
  } catch {
    return undefined
  }
}
