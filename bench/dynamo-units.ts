/**
 * Request units of on-demand DynamoDB, from the requests themselves ("Read and write capacity", Amazon DynamoDB Developer
 * Guide): a write is 1 unit a started KB of the larger of old and new item, failed conditions included, and for each sparse
 * index 1 more for an entry that comes, goes or changes what it shows beside its key, 2 for one that moves; a read is 1 unit
 * a started 4 KB, half of that when eventually consistent.
 */
import { type Item, itemBytes } from './item-bytes.ts'

interface Call {
  readonly TableName: string
  readonly Item?: Item
  readonly Key?: Item
  readonly UpdateExpression?: string
  readonly ExpressionAttributeValues?: Item
  readonly ConsistentRead?: boolean
}

/** What one kind of request came to. */
export interface Step {
  requests: number
  /** Of the item itself, and of its entries in indexes. */
  units: number
  indexUnits: number
  /** Of the item as it was left, summed over the requests. */
  bytes: number
}

export interface DynamoUnits {
  reads: number
  writes: number
  /** By what was done to what, as in `put order`. */
  readonly steps: Record<string, Step>
}

export interface DynamoMeter {
  readonly units: DynamoUnits
  observe(operation: string, body: string, answer: { readonly status: number; readonly bytes: number }): void
  /** Mean bytes of the stored items of a table, and how many. */
  stored(table: string): { readonly items: number; readonly bytes: number }
}

const KB = 1024

/** The indexes of the tables, as `infra/constructs/tables.ts` makes them: what sorts an entry, and what it shows beside. */
const INDEXES = [
  { key: ['due_shard', 'next_check_at'], shows: [] },
  { key: ['day_shard'], shows: ['billed'] },
  { key: ['held_shard'], shows: [] },
  { key: ['pending_shard', 'dispatch_due_at'], shows: ['received_at'] },
] as const

export function createDynamoMeter(): DynamoMeter {
  const units: DynamoUnits = { reads: 0, writes: 0, steps: {} }
  const items = new Map<string, Item>()

  function step(name: string): Step {
    return (units.steps[name] ??= { requests: 0, units: 0, indexUnits: 0, bytes: 0 })
  }

  function write(verb: string, key: string, next: Item, succeeded: boolean): void {
    const before = items.get(key)
    const sizes = succeeded ? [itemBytes(before), itemBytes(next)] : [itemBytes(before)]
    const own = startedUnits(Math.max(...sizes), KB)
    const indexed = succeeded ? indexWrites(before, next) : 0
    units.writes += own + indexed
    const line = step(`${succeeded ? verb : `${verb} in vain`} ${kindOf(key)}`)
    line.requests += 1
    line.units += own
    line.indexUnits += indexed
    line.bytes += itemBytes(succeeded ? next : before)
    if (succeeded) items.set(key, next)
  }

  function read(name: string, count: number): void {
    units.reads += count
    const line = step(name)
    line.requests += 1
    line.units += count
  }

  return {
    units,
    observe(operation, body, { status, bytes }) {
      const call = JSON.parse(body) as Call
      const key = keyOf(call)
      switch (operation) {
        case 'PutItem':
          write('put', key, call.Item ?? {}, status === 200)
          break
        case 'UpdateItem':
          write('update', key, updated(items.get(key) ?? {}, call), status === 200)
          break
        case 'GetItem':
          read(
            `get ${kindOf(key)}`,
            startedUnits(itemBytes(items.get(key)), 4 * KB) * (call.ConsistentRead ? 1 : 0.5),
          )
          break
        case 'Query':
          read('query an index', startedUnits(bytes, 4 * KB) * 0.5)
          break
        default:
      }
    },
    stored(table) {
      const own = [...items].filter(([key]) => key.startsWith(`${table}/`)).map(([, item]) => itemBytes(item))
      return { items: own.length, bytes: own.reduce((sum, size) => sum + size, 0) }
    },
  }
}

/** A request costs one unit at least. */
export function startedUnits(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size))
}

function keyOf({ TableName, Item, Key }: Call): string {
  const attributes = Key ?? Item ?? {}
  const value = attributes['order_key'] ?? attributes['fact_key']
  return `${TableName}/${JSON.stringify(value?.['S'])}`
}

/** What the parts of a key in front of the numbers name. */
const KINDS: Readonly<Record<string, string>> = {
  payment: 'payment fact',
  refund: 'refund fact',
  failure: 'failure fact',
  decision: 'decision',
  state: 'state fact',
  notification: 'notice',
  turn: 'turn',
  switches: 'switches',
  hour: 'refund count',
  reconciliation: 'day',
}

/** A pointer of a refund number is told from a refund's fact by having no state in its key. */
function kindOf(key: string): string {
  const parts = (JSON.parse(key.slice(key.indexOf('/') + 1)) as string | undefined)?.split('#') ?? []
  if (parts[0] === 'refund' && parts.length === 3) return 'refund number'
  return KINDS[parts[0] ?? ''] ?? 'order'
}

/** What the updates of this system do to the indexed attributes and to the size. */
function updated(item: Item, { UpdateExpression = '', ExpressionAttributeValues = {} }: Call): Item {
  if (UpdateExpression.includes('REMOVE pending_shard')) {
    const { pending_shard: _shard, dispatch_due_at: _due, traceparent: _trace, ...rest } = item
    return { ...rest, settled_at: { N: '1700000000000' } }
  }
  if (UpdateExpression.includes('dispatch_due_at'))
    return { ...item, dispatch_due_at: { N: String(Number(item['dispatch_due_at']?.['N'] ?? 0) + 1) } }
  const [due] = Object.values(ExpressionAttributeValues)
  if (UpdateExpression === 'SET next_check_at = :due' && due !== undefined)
    return { ...item, next_check_at: due }
  // A claim of an order, or the turn of the sweep: neither moves anything in an index.
  return { ...item, claimed_until: { N: '1700000000000' }, claim_id: { S: '0'.repeat(36) } }
}

function indexWrites(before: Item | undefined, after: Item): number {
  return INDEXES.reduce((sum, index) => {
    const [old, fresh] = [entryOf(before, index), entryOf(after, index)]
    if (old === undefined || fresh === undefined) return sum + (old === fresh ? 0 : 1)
    if (old.key !== fresh.key) return sum + 2
    return sum + (old.shown === fresh.shown ? 0 : 1)
  }, 0)
}

function entryOf(item: Item | undefined, { key, shows }: (typeof INDEXES)[number]) {
  if (item === undefined || key.some((name) => item[name] === undefined)) return undefined
  const text = (names: readonly string[]) => JSON.stringify(names.map((name) => item[name] ?? null))
  return { key: text(key), shown: text(shows) }
}
