/**
 * What a notification says, as it may be kept. Alipay has more types of them than are known here, and most name somebody: what a
 * field is called has to tell, and what holds more fields in itself is left out whole.
 */
import type { FormFields } from './form.ts'

/** Whom it is about, and by what a person is known. */
const OF_PEOPLE =
  /^(?!.*_amount$)(?:buyer|payer|payee|user|alipay|external|principal|contact|receiver|applicant|operator|open|auth_user)_|(?:^|_)(?:user|uid|open_?id|logon|login|name|mobile|phone|tel|mail|email|address|cert|card|account|identity|ip)(?:_|$)/i
/** JSON. */
const NESTED = /^\s*[[{]/
/** What a repetition does not say again, and what nobody has to read. */
const PASSING = new Set(['sign', 'sign_type', 'notify_time'])

export function withoutPeople(form: FormFields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...form].filter(([name, value]) => !PASSING.has(name) && !OF_PEOPLE.test(name) && !NESTED.test(value)),
  )
}
