/** `wxpay facts show`: a stored fact; of a notification also what WeChat wrote, which is stored sealed. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { AEAD_SM4, decryptResource } from '#shared/crypto/aead.ts'
import { loadSm } from '#shared/crypto/load-sm.ts'
import type { StoredFact } from '#shared/facts/fact.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { readApiV3Keys } from '#cli/stack/stack-keys.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { factDetails } from '#cli/terminal/fact-text.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { jsonText } from '#cli/terminal/style.ts'
import { withoutPayers } from '#cli/terminal/without-payers.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { open: v.optional(v.boolean(), false), showPayer: v.optional(v.boolean(), false) }

export async function showFact(world: World, command: Command): Promise<void> {
  const [factKey = ''] = command.args
  const options = readOptions(command, Entries)
  await withStack(world, options, async (stack) => {
    const store = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
    const stored = await store.get(factKey)
    if (stored === undefined)
      throw new CliError('failed', `no fact ${factKey} is stored`, 'list them with wxpay facts ls')
    const opened = options.open ? await openedBy(stack, stored, options) : undefined
    const text = opened === undefined ? [] : [jsonText(opened)]
    show(
      world,
      {
        json: opened === undefined ? stored : { ...stored, opened },
        text: [factDetails(stored), ...text].join('\n\n'),
      },
      options.json,
    )
  })
}

async function openedBy(
  stack: StackAccess,
  { fact }: StoredFact,
  options: { readonly showPayer: boolean },
): Promise<unknown> {
  if (fact.kind !== 'notification')
    throw new CliError('usage', 'only a notification is stored sealed', 'leave --open out')
  const { resource, fields, left_out = [] } = fact.notice
  // Alipay seals nothing: of what may name people only the names of the fields are stored.
  if (resource === undefined)
    return { ...fields, ...Object.fromEntries(left_out.map((name) => [name, '(not kept)'])) }
  if (resource.algorithm === AEAD_SM4) await loadSm()
  const plain = decryptResource(await readApiV3Keys(withWechat(stack)), resource)
  if (plain === undefined)
    throw new CliError(
      'failed',
      'no APIv3 key of the stack opens it',
      'it may have come under an earlier key: give that one with wxpay decrypt --apiv3-key-file',
    )
  try {
    return withoutPayers(plain.toString('utf8'), options)
  } catch (cause) {
    throw new CliError('failed', 'it decrypts, but to no JSON', 'ask WeChat what this type holds', { cause })
  }
}
