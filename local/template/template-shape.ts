/** The parts of a CloudFormation template that the local stack reads. */
import * as v from 'valibot'

const ResourceSchema = v.object({
  Type: v.string(),
  Condition: v.optional(v.string()),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
})

export const TemplateSchema = v.object({
  Parameters: v.optional(
    v.record(v.string(), v.looseObject({ Default: v.optional(v.union([v.string(), v.number()])) })),
    {},
  ),
  Mappings: v.optional(v.record(v.string(), v.record(v.string(), v.record(v.string(), v.unknown()))), {}),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(v.string(), ResourceSchema),
  Outputs: v.optional(
    v.record(v.string(), v.looseObject({ Value: v.unknown(), Condition: v.optional(v.string()) })),
    {},
  ),
})

export type Template = v.InferOutput<typeof TemplateSchema>
export type TemplateResource = v.InferOutput<typeof ResourceSchema>

/** A JSON object, as opposed to an array, a scalar or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
