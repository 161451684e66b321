/** JSON Schemas of valibot schemas: what no keyword can say stands in words as the `description`. */
import { toJsonSchemaDefs } from '@valibot/to-json-schema'
import type { ConversionConfig, JsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'

export type Definitions = Readonly<Record<string, JsonSchema>>

interface Conversion {
  /** What stands before the name in a `$ref`. */
  readonly refs: string
  /** `input`: what may be sent. `output`: what is answered. */
  readonly mode: 'input' | 'output'
}

/** A schema of the list that occurs in another one is a reference there. */
export function definitionsOf(
  schemas: Readonly<Record<string, GenericSchema>>,
  { refs, mode }: Conversion,
): Definitions {
  return toJsonSchemaDefs(schemas, {
    target: 'draft-2020-12',
    typeMode: mode,
    overrideAction,
    overrideRef: ({ referenceId }) => `${refs}${referenceId}`,
  })
}

const overrideAction: NonNullable<ConversionConfig['overrideAction']> = ({ valibotAction, jsonSchema }) => {
  switch (valibotAction.type) {
    case 'regex':
      return 'requirement' in valibotAction && valibotAction.requirement instanceof RegExp
        ? { ...jsonSchema, pattern: valibotAction.requirement.source }
        : undefined
    case 'ip':
      return { ...jsonSchema, anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }
    case 'check':
    case 'max_bytes':
      return 'message' in valibotAction && typeof valibotAction.message === 'string'
        ? { ...jsonSchema, description: valibotAction.message }
        : undefined
    default:
      return undefined
  }
}
