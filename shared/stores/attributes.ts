/**
 * Plain objects as attributes of DynamoDB, and back: what JSON has, and bytes. The library that does it for every kind of value took a
 * tenth of a notification's time.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AppError } from '#shared/errors.ts'
import { isObject } from '#shared/json.ts'
import { setOwn } from '#shared/own-field.ts'

export type Attributes = Record<string, AttributeValue>

/** Fields without a value are left out. @throws AppError `internal_error` for what is not stored here, never with its value. */
export function toAttributes(plain: object): Attributes {
  if (!isObject(plain)) throw notStored('list')
  const attributes: Attributes = {}
  for (const name of Object.keys(plain)) {
    const value = plain[name]
    if (value !== undefined) setOwn(attributes, name, toAttribute(value))
  }
  return attributes
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: numberText(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (Array.isArray(value)) return { L: value.filter((element) => element !== undefined).map(toAttribute) }
  if (value instanceof Uint8Array) return { B: value }
  if (isPlain(value)) return { M: toAttributes(value) }
  throw notStored(typeof value)
}

function notStored(kind: string): AppError {
  return new AppError('internal_error', `a value of the kind ${kind} is not stored`)
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function numberText(value: number): string {
  if (!isExact(value)) throw new AppError('internal_error', 'a number that is not exact is not stored')
  return String(value)
}

/** A fraction is; a whole number beyond these may be another one. */
function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER
}

/**
 * What nobody here stores stays what DynamoDB says of it: whoever reads the item judges that.
 *
 * @throws AppError `internal_error` for a number that JavaScript cannot hold, never with its value.
 */
export function fromAttributes(attributes: Attributes): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(attributes)) setOwn(plain, name, fromAttribute(value))
  return plain
}

function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return numberOf(value.N)
  if (value.BOOL !== undefined) return value.BOOL
  if (value.M !== undefined) return fromAttributes(value.M)
  if (value.L !== undefined) return value.L.map(fromAttribute)
  if (value.NULL !== undefined) return null
  return value.B ?? value
}

function numberOf(text: string): number | bigint {
  const value = Number(text)
  if (isExact(value)) return value
  try {
    return BigInt(text)
  } catch {
    // No cause: its message quotes the stored value.
    throw new AppError('internal_error', 'the stored item holds a number that cannot be read')
  }
}
