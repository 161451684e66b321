/** What a stand-in of an AWS service refuses, and how it reads what it is sent. */
import * as v from 'valibot'

/** What a service refuses, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** @throws what `refuse` makes of every problem, each as `field: what is wrong`. */
export function readBy<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  refuse: (problems: readonly string[]) => Error,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  throw refuse(result.issues.map((issue) => `${v.getDotPath(issue) ?? 'request'}: ${issue.message}`))
}
