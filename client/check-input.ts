/** Requests and numbers are checked with the schemas of the API itself, so that both say the same. */
import * as v from 'valibot'
import { NUMBER_SCHEMAS, REQUEST_SCHEMAS } from '#contract/requests.ts'
import type { RequestName } from '#contract/requests.ts'
import { parseInput } from '#shared/api/field-problems.ts'
import { AppError } from '#shared/errors.ts'
import { given } from './given.ts'

/** @throws TypeError naming every field that breaks a rule, without its value. */
export function checkRequest(name: RequestName, request: unknown): void {
  given(request, 'request')
  // Undefined is what JSON leaves out.
  checked(REQUEST_SCHEMAS[name], JSON.parse(JSON.stringify(request)))
}

/** A number as it stands in a path. @throws TypeError naming it. */
export function inPath(name: keyof typeof NUMBER_SCHEMAS, value: string): string {
  checked(v.object({ [name]: NUMBER_SCHEMAS[name] }), { [name]: value })
  return encodeURIComponent(value).replaceAll('*', '%2A')
}

function checked(schema: v.GenericSchema, input: unknown): void {
  try {
    parseInput(schema, input)
  } catch (error) {
    throw error instanceof AppError ? new TypeError(error.message) : error
  }
}
