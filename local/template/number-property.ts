/** CloudFormation takes numbers and booleans as strings, too. */
import * as v from 'valibot'

/** A number, or a string that is one. */
export const NumberProperty = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.number())

/** A boolean, or `"true"` and `"false"`. */
export const BooleanProperty = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])]),
  v.transform((value) => value === true || value === 'true'),
)
