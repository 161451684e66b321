/** Checks untrusted input with a schema and says, field by field, which rule is broken: names, rules and kinds, never values. */
import * as v from 'valibot'
import { AppError } from '#shared/errors.ts'
import type { FieldProblem } from '#shared/errors.ts'

const MAX_PROBLEMS = 20
const UNKNOWN_FIELD = 'is not a field of this request'

/** @throws AppError `invalid_request` with one entry in `fields` for each broken rule (at most 20). */
export function parseInput<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input)
  if (parsed.success) return parsed.output
  const fields = fieldProblems(parsed.issues)
  throw new AppError('invalid_request', sentenceOf(fields), { fields })
}

/** One entry for each broken rule, at most 20. */
export function fieldProblems(issues: readonly v.BaseIssue<unknown>[]): readonly FieldProblem[] {
  return eachOnce(issues.map(problemOf)).slice(0, MAX_PROBLEMS)
}

export function sentenceOf(problems: readonly FieldProblem[]): string {
  return problems.map(({ field, rule }) => `${field} ${rule}`).join('; ')
}

/** Which rules a refused request broke, for a log: without names that the caller made up. */
export function brokenRules({ message, fields }: AppError): string {
  if (fields.length === 0) return message
  return fields
    .map(({ field, rule }) => (rule === UNKNOWN_FIELD ? `a name ${rule}` : `${field} ${rule}`))
    .join('; ')
}

/** A rule that several checks make up is broken once. */
function eachOnce(problems: readonly FieldProblem[]): FieldProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.field} ${problem.rule}`, problem])).values()]
}

function problemOf(issue: v.BaseIssue<unknown>): FieldProblem {
  const field = nameOf(issue)
  return { field, rule: ruleOf(issue), received: kindOf(issue.path?.at(-1)?.value ?? issue.input) }
}

/** Keys come from the caller as well: anything that does not look like a field name is not repeated. */
function nameOf(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map(({ key }) => String(key))
  return (
    keys.map((key) => (/^[A-Za-z0-9_]{1,64}$/.test(key) ? key : '(unprintable name)')).join('.') || '(body)'
  )
}

function ruleOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' || issue.type === 'object') {
    if (issue.expected === 'never') return UNKNOWN_FIELD
    if (issue.received === 'undefined') return 'is required'
    return 'must be an object'
  }
  return issue.received === 'undefined' ? 'is required' : issue.message
}

/** Names the kind of a value without showing it. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return `string of ${value.length} characters`
  if (typeof value !== 'number') return typeof value
  if (!Number.isInteger(value)) return 'fractional number'
  if (value < 0) return 'negative number'
  if (value === 0) return 'zero'
  return Number.isSafeInteger(value) ? 'whole number' : 'number above 2^53 - 1'
}
