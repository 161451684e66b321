/** Everything that is wrong with a secret, told at once and by field name: neither a value nor a message that would quote one. */
import * as v from 'valibot'
import { KeyError } from '#shared/crypto/rsa.ts'
import { AppError } from '#shared/errors.ts'

export class Problems {
  readonly #found: string[] = []

  /** Runs a step; a key that it refuses is noted under the field's name. */
  collect<Value>(field: string, step: () => Value): Value | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      this.#found.push(`${field}: ${error.message}`)
      return undefined
    }
  }

  /** Reads a part of a secret; what its schema refuses is noted by its place. */
  read<Schema extends v.GenericSchema>(
    place: string,
    schema: Schema,
    json: unknown,
  ): v.InferOutput<Schema> | undefined {
    const result = v.safeParse(schema, json)
    if (result.success) return result.output
    this.#found.push(...result.issues.map((issue) => describe(issue, place)))
    return undefined
  }

  /** Both, these first. */
  and(others: Problems): Problems {
    const all = new Problems()
    all.#found.push(...this.#found, ...others.#found)
    return all
  }

  get found(): readonly string[] {
    return this.#found
  }

  throwIfAny(): void {
    if (this.#found.length > 0) throw new AppError('config_invalid', this.#found.join('; '))
  }
}

export function parseJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, jsonOf(text))
  if (result.success) return result.output
  throw new AppError('config_invalid', result.issues.map((issue) => describe(issue)).join('; '))
}

function jsonOf(text: string): unknown {
  try {
    // trim() also takes the byte order mark that Windows editors put in front.
    return JSON.parse(text.trim())
  } catch {
    throw new AppError('config_invalid', 'it must be JSON and is not')
  }
}

/** `expected` is the rule of the schema; the issue's own message would quote what was found. */
function describe(issue: v.BaseIssue<unknown>, place?: string): string {
  const path = [place, v.getDotPath(issue)].filter((part) => typeof part === 'string')
  const field = path.length === 0 ? 'the whole' : path.join('.')
  return issue.received === 'undefined'
    ? `${field} is missing`
    : `${field} must be ${issue.expected ?? 'as documented'}`
}
