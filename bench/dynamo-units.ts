/**
 * Request units of on-demand DynamoDB, from the requests themselves ("Read and write capacity", Amazon DynamoDB Developer
 * Guide): a write is 1 unit a started KB of the larger of old and new item, failed conditions included, and 1 or 2 more for a
 * changed entry of a sparse index; a read is 1 unit a started 4 KB, half of that when eventually consistent.
 */

type Value = Readonly<Record<string, unknown>>
type Item = Readonly<Record<string, Value>>

interface Call {
  readonly TableName: string
  readonly Item?: Item
  readonly Key?: Item
  readonly UpdateExpression?: string
  readonly ConsistentRead?: boolean
}

export interface DynamoUnits {
  reads: number
  writes: number
  /** Requests by operation. */
  readonly requests: Record<string, number>
}

export interface DynamoMeter {
  readonly units: DynamoUnits
  observe(operation: string, body: string, answer: { readonly status: number; readonly bytes: number }): void
  /** Mean bytes of the stored items of a table, and how many. */
  stored(table: string): { readonly items: number; readonly bytes: number }
}

const KB = 1024
const INDEX_ATTRIBUTES = ['due_shard', 'next_check_at', 'pending_shard', 'dispatch_due_at']

export function createDynamoMeter(): DynamoMeter {
  const units: DynamoUnits = { reads: 0, writes: 0, requests: {} }
  const items = new Map<string, Item>()

  function write(key: string, next: Item, succeeded: boolean): void {
    const before = items.get(key)
    const sizes = succeeded ? [itemBytes(before), itemBytes(next)] : [itemBytes(before)]
    units.writes += Math.max(1, Math.ceil(Math.max(...sizes) / KB))
    if (!succeeded) return
    units.writes += indexWrites(before, next)
    items.set(key, next)
  }

  return {
    units,
    observe(operation, body, { status, bytes }) {
      units.requests[operation] = (units.requests[operation] ?? 0) + 1
      const call = JSON.parse(body) as Call
      const key = keyOf(call)
      switch (operation) {
        case 'PutItem':
          write(key, call.Item ?? {}, status === 200)
          break
        case 'UpdateItem':
          write(key, updated(items.get(key) ?? {}, call), status === 200)
          break
        case 'GetItem':
          units.reads +=
            Math.max(1, Math.ceil(itemBytes(items.get(key)) / (4 * KB))) * (call.ConsistentRead ? 1 : 0.5)
          break
        case 'Query':
          units.reads += Math.max(1, Math.ceil(bytes / (4 * KB))) * 0.5
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

function keyOf({ TableName, Item, Key }: Call): string {
  const attributes = Key ?? Item ?? {}
  const value = attributes['order_key'] ?? attributes['fact_key']
  return `${TableName}/${JSON.stringify(value?.['S'])}`
}

/** What the updates of this system do to the indexed attributes and to the size. */
function updated(item: Item, { UpdateExpression = '' }: Call): Item {
  if (UpdateExpression.includes('REMOVE pending_shard')) {
    const { pending_shard: _shard, dispatch_due_at: _due, ...rest } = item
    return { ...rest, settled_at: { N: '1700000000000' } }
  }
  if (UpdateExpression.includes('dispatch_due_at'))
    return { ...item, dispatch_due_at: { N: String(Number(item['dispatch_due_at']?.['N'] ?? 0) + 1) } }
  // A claim of an order, or the turn of the sweep: neither moves anything in an index.
  return { ...item, claimed_until: { N: '1700000000000' }, claim_id: { S: '0'.repeat(36) } }
}

function indexWrites(before: Item | undefined, after: Item): number {
  const [old, fresh] = [entryOf(before), entryOf(after)]
  if (old === fresh) return 0
  return old === '' || fresh === '' ? 1 : 2
}

function entryOf(item: Item | undefined): string {
  const values = INDEX_ATTRIBUTES.map((name) => JSON.stringify(item?.[name] ?? null))
  const inIndex = item?.['due_shard'] !== undefined || item?.['pending_shard'] !== undefined
  return inIndex ? values.join() : ''
}

/** Size of an item as DynamoDB counts it. */
export function itemBytes(item: Item | undefined): number {
  if (item === undefined) return 0
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  )
}

function valueBytes(value: Value): number {
  const [[type, content] = ['', undefined]] = Object.entries(value)
  if (type === 'S') return Buffer.byteLength(String(content))
  if (type === 'N') return Math.ceil(String(content).length / 2) + 1
  if (type === 'L')
    return 3 + (content as readonly Value[]).reduce((sum, entry) => sum + 1 + valueBytes(entry), 0)
  if (type === 'M') return 3 + Object.keys(content as object).length + itemBytes(content as Item)
  return 1
}
