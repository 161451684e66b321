/** The public vectors by kind. */
import { readFileSync } from 'node:fs'

export interface Vector {
  readonly name: string
  readonly kind: string
  readonly [field: string]: unknown
}

const VECTORS = ['wechatpay-v3.json', 'alipay.json'].flatMap(
  (file) => JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')) as Vector[],
)

export function vectors(kind: string): readonly Vector[] {
  const found = VECTORS.filter((vector) => vector.kind === kind)
  if (found.length === 0) throw new Error(`no vector of kind ${kind}`)
  return found
}

export function vector(name: string): Vector {
  const found = VECTORS.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}

export function str(from: Vector, field: string): string {
  const value = from[field]
  if (typeof value !== 'string') throw new Error(`${from.name} has no ${field}`)
  return value
}
