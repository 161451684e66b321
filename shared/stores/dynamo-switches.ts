/**
 * The switches of a merchant: one small item of the orders table says which are on, and one item for each change says who made
 * it and why. The changes are a chain: each names the one before it, and none is ever written again.
 */
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { AppError } from '#shared/errors.ts'
import { switchChangeKey, switchesKey } from '#shared/orders/order-key.ts'
import { SWITCHES } from '#shared/switches.ts'
import type { Switch, SwitchesOn, SwitchSet, SwitchSource } from '#shared/switches.ts'
import { fromItem, getItem, putIf, putIfFree, toItem } from './dynamo.ts'
import type { Item, Table } from './dynamo.ts'
import { readStored, StoredInteger } from './stored-item.ts'
import type { Entries } from './stored-item.ts'

const FORM = 1
const ABSENT = 'attribute_not_exists(order_key)'

const StoredSet = v.object({
  by: v.string(),
  note: v.string(),
  at: StoredInteger,
} satisfies Entries<SwitchSet>)

const StoredSwitches = v.object({
  order_key: v.string(),
  v: v.literal(FORM),
  version: StoredInteger,
  on: v.strictObject({
    refunds: v.optional(StoredSet),
    prepay: v.optional(StoredSet),
    backup_domain: v.optional(StoredSet),
  } satisfies Entries<SwitchesOn>),
  last_change: v.string(),
})
type StoredSwitches = v.InferOutput<typeof StoredSwitches>

export interface SwitchChange extends SwitchSet {
  readonly name: Switch
  readonly on: boolean
}

const StoredChange = v.object({
  order_key: v.string(),
  v: v.literal(FORM),
  name: v.picklist(SWITCHES),
  on: v.boolean(),
  by: v.string(),
  note: v.string(),
  at: StoredInteger,
  /** Key of the change before it; absent on the first. */
  previous: v.optional(v.string()),
} satisfies Entries<
  SwitchChange & { readonly order_key: string; readonly v: number; readonly previous?: string }
>)

export interface SwitchStore extends SwitchSource {
  /**
   * Sets or clears a switch. To set one that is on, or to clear one that is off, changes nothing: who was first stays.
   *
   * @returns the switches that are on now, and whether this changed anything.
   * @throws AppError `storage_conflict` when somebody else changed them just now.
   */
  change(change: SwitchChange): Promise<{ readonly on: SwitchesOn; readonly changed: boolean }>
  /** The latest changes, newest first. */
  history(limit: number): Promise<readonly SwitchChange[]>
}

interface DynamoSwitchesOptions extends Table {
  readonly mchid: string
  /** Names each change; must never repeat. @default randomUUID */
  readonly newId?: () => string
}

export function createDynamoSwitches(options: DynamoSwitchesOptions): SwitchStore {
  const { mchid, newId = randomUUID, ...table } = options
  const key = switchesKey(mchid)
  return {
    async readOn() {
      return (await readSwitches(table, key))?.on ?? {}
    },
    async change(change) {
      const before = await readSwitches(table, key)
      const on = before?.on ?? {}
      if ((on[change.name] !== undefined) === change.on) return { on, changed: false }
      const changeKey = switchChangeKey(mchid, newId())
      const previous = before?.last_change
      // First what was done and by whom: a change that then does not come about is in no chain, and no switch is without its entry.
      await putIfFree(table, toItem({ order_key: changeKey, v: FORM, ...change, previous }), {
        ConditionExpression: ABSENT,
      })
      const after: StoredSwitches = {
        order_key: key,
        v: FORM,
        version: (before?.version ?? 0) + 1,
        on: withChange(on, change),
        last_change: changeKey,
      }
      if (!(await saved(table, after))) throw new AppError('storage_conflict')
      return { on: after.on, changed: true }
    },
    async history(limit) {
      const changes: SwitchChange[] = []
      let next = (await readSwitches(table, key))?.last_change
      while (next !== undefined && changes.length < limit) {
        const { order_key: _key, v: _form, previous, ...change } = await readChange(table, next)
        changes.push(change)
        next = previous
      }
      return changes
    },
  }
}

function withChange(on: SwitchesOn, { name, on: set, by, note, at }: SwitchChange): SwitchesOn {
  const { [name]: _, ...others } = on
  return set ? { ...others, [name]: { by, note, at } } : others
}

/** @returns false when somebody else was first. A repeat of a write whose answer was lost finds its own change. */
async function saved(table: Table, after: StoredSwitches): Promise<boolean> {
  const condition =
    after.version === 1
      ? { ConditionExpression: ABSENT }
      : {
          ConditionExpression: '#version = :previous',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':previous': { N: String(after.version - 1) } },
        }
  const put = await putIf(table, toItem(after), condition)
  return put.written || put.existing?.['last_change']?.S === after.last_change
}

async function readSwitches(table: Table, key: string): Promise<StoredSwitches | undefined> {
  const item = await getItem(table, keyOf(key))
  return item === undefined ? undefined : stored(StoredSwitches, item)
}

async function readChange(table: Table, key: string) {
  const item = await getItem(table, keyOf(key))
  if (item === undefined)
    throw new AppError('internal_error', 'a change of a switch is missing from its chain')
  return stored(StoredChange, item)
}

function stored<Schema extends v.GenericSchema>(schema: Schema, item: Item): v.InferOutput<Schema> {
  return readStored(schema, fromItem(item), { kind: 'switches', knownVersion: FORM })
}

function keyOf(key: string): Item {
  return { order_key: { S: key } }
}
