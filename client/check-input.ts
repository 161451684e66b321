/** Requests and numbers are checked with the schemas of the API itself, so that both say the same. */
import * as v from 'valibot'
import { NUMBER_SCHEMAS, QUERY_SCHEMAS, REQUEST_SCHEMAS } from '#contract/requests.ts'
import type { QueryName, RequestName } from '#contract/requests.ts'
import { fieldProblems, sentenceOf } from '#shared/api/field-problems.ts'
import { given } from './given.ts'

/** @throws TypeError naming every field that breaks a rule, without its value. */
export function checkRequest(name: RequestName, request: unknown): void {
  given(request, 'request')
  // Undefined is what JSON leaves out.
  checked(REQUEST_SCHEMAS[name], JSON.parse(JSON.stringify(request)))
}

/** A query string, of which all values are texts. @throws TypeError naming every parameter that breaks a rule. */
export function checkQuery(name: QueryName, query: Readonly<Record<string, string>>): void {
  checked(QUERY_SCHEMAS[name], query)
}

/** A number for a path, by its name. @throws TypeError naming it. */
export function numberOf(name: keyof typeof NUMBER_SCHEMAS, value: string): Readonly<Record<string, string>> {
  const number = { [name]: value }
  checked(v.strictObject({ [name]: NUMBER_SCHEMAS[name] }), number)
  return number
}

function checked(schema: v.GenericSchema, input: unknown): void {
  const { issues } = v.safeParse(schema, input)
  if (issues !== undefined) throw new TypeError(sentenceOf(fieldProblems(issues)))
}
