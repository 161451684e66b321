/** `wxpay decrypt`: opens the resource of a notification, or the list of platform certificates, and says why it cannot. */
import type { KeyObject } from 'node:crypto'
import type { Command } from 'commander'
import * as v from 'valibot'
import { AEAD_SM4, loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadSm } from '#shared/crypto/load-sm.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { openResource, readResources } from '#cli/explain/encrypted-input.ts'
import { readInputFile, readInputText } from '#cli/terminal/input-file.ts'
import { checkApiV3Key } from '#cli/setup/merchant-keys.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { readApiV3Keys } from '#cli/stack/stack-keys.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import { jsonText } from '#cli/terminal/style.ts'
import { withoutPayers } from '#cli/terminal/without-payers.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { apiv3KeyFile: v.optional(v.string()), showPayer: v.optional(v.boolean(), false) }

export async function decrypt(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const resources = readResources(
    await readInputFile(world, command.args[0] ?? '-', 'the body of a notification'),
  )
  const keys =
    (await givenKeys(world, options.apiv3KeyFile)) ??
    (await withStack(world, options, (stack) => readApiV3Keys(withWechat(stack))))
  if (resources.some(({ algorithm }) => algorithm === AEAD_SM4)) await loadSm()
  const opened = resources.map((resource) => openResource(resource, keys))
  const shown = opened.map((plain) => readable(plain, options.showPayer))
  const text = shown.map((value) => (isPem(value) ? value : jsonText(value))).join('\n')
  show(world, { json: shown.length === 1 ? shown[0] : shown, text }, options.json)
}

async function givenKeys(world: World, file: string | undefined): Promise<readonly KeyObject[] | undefined> {
  const text = file === undefined ? world.environment['WXPAY_APIV3_KEY'] : await readInputText(world, file)
  return text === undefined ? undefined : [loadApiV3Key(checkApiV3Key(text))]
}

function isPem(value: unknown): value is string {
  return typeof value === 'string' && /^-----BEGIN[\x20-\x7e\r\n]*$/.test(value)
}

/** JSON as a value, with payers hidden; certificates and the like as text. */
function readable(plain: Buffer, showPayer: boolean): unknown {
  const text = plain.toString('utf8')
  try {
    return withoutPayers(text, { showPayer })
  } catch (cause) {
    if (isPem(text)) return text
    throw new CliError(
      'failed',
      'it decrypts, but to something that is neither JSON nor PEM',
      'check where it comes from',
      { cause },
    )
  }
}
