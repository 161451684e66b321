/** What a schema found, as the middle of a sentence that begins with what is wrong. */
import * as v from 'valibot'

/** @param kind what the values are called where they are written: a setting, a prop. */
export function describeIssue(issue: v.BaseIssue<unknown>, kind: string): string {
  const path = v.getDotPath(issue) ?? 'it'
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path} is not a ${kind}`
  if (issue.received === 'undefined') return `${path} is missing`
  if (issue.type === 'strict_object') return `${path} must be a group of settings`
  return `${path} ${issue.message}`
}
