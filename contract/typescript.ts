/** TypeScript types of JSON Schemas, as far as ours go, for a client that must not need our schemas. */
import type { JsonSchema } from '@valibot/to-json-schema'
import type { Definitions } from './to-json-schema.ts'

/** Declares each definition under its name. */
export function declarationsOf(definitions: Definitions): string {
  return Object.entries(definitions)
    .map(([name, schema]) =>
      schema.type === 'object' && schema.properties !== undefined
        ? `export interface ${name} ${typeOf(schema)}\n`
        : `export type ${name} = ${typeOf(schema)}\n`,
    )
    .join('\n')
}

type Part = JsonSchema | boolean

function typeOf(schema: Part): string {
  if (typeof schema === 'boolean') return 'unknown'
  const { $ref, anyOf, oneOf } = schema
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map((each) => JSON.stringify(each)))
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return `readonly (${itemsOf(schema)})[]`
    case 'object':
      return objectOf(schema)
    default:
      return union([...(anyOf ?? oneOf ?? [])].map(typeOf))
  }
}

function itemsOf({ items }: JsonSchema): string {
  return items === undefined || Array.isArray(items) ? 'unknown' : typeOf(items)
}

function objectOf({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties === undefined) return `Readonly<Record<string, ${typeOf(additionalProperties ?? true)}>>`
  const fields = Object.entries(properties).map(([name, schema]) =>
    required.includes(name)
      ? `readonly ${name}: ${typeOf(schema)}`
      : `readonly ${name}?: ${typeOf(schema)} | undefined`,
  )
  return `{ ${fields.join('; ')} }`
}

function union(types: readonly string[]): string {
  return types.length === 0 ? 'unknown' : [...new Set(types)].join(' | ')
}
