/** Tags of a resource, as CloudFormation writes them. */
import * as v from 'valibot'

export const TagsProperty = v.optional(
  v.array(
    v.object({ Key: v.string(), Value: v.pipe(v.union([v.string(), v.number()]), v.transform(String)) }),
  ),
  [],
)

export type Tags = v.InferOutput<typeof TagsProperty>

/** As SQS wants them. */
export function tagRecord(tags: Tags): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}
