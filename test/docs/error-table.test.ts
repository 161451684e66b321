/** The tables of routes, errors and reasons of holds against the code that they describe. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EVENT_SCHEMAS } from '#contract/events.ts'
import { ROUTES } from '#infra/operations/routes.ts'
import { allErrorKinds } from '#shared/errors.ts'
import { CHINESE } from '#shared/api/problem-chinese.ts'
import type { HoldReason } from '#shared/ledger/words.ts'

/** The cells of every table row that begins with a code, without the padding. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(resolve(import.meta.dirname, '../..'), page), 'utf8')
  return text
    .split('\n')
    .filter((line) => /^\| +[`[]/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** Whether WeChat's word can be accepted. */
const REASONS: Readonly<Record<HoldReason, boolean>> = {
  order_unknown: true,
  order_rejected: true,
  amount_differs: true,
  appid_differs: true,
  refund_amount_differs: true,
  currency_differs: false,
  payment_conflict: false,
  over_refunded: false,
  refund_without_payment: false,
  refund_of_other_transaction: false,
  refund_contradiction: false,
  refunds_unknown: false,
  trade_state_unknown: false,
  refund_state_unknown: false,
  too_many_tellings: false,
  placed_by_operator: false,
  approval: false,
}

const acceptable = (reason: string) => REASONS[reason as HoldReason]

const PAGES = [
  { language: 'English', routes: 'README.md', errors: 'docs/api.md', reasons: 'docs/events.md' },
  {
    language: 'Chinese',
    routes: 'README.zh-CN.md',
    errors: 'docs/zh-CN/api.md',
    reasons: 'docs/zh-CN/events.md',
  },
] as const

const actionsOf = {
  English: allErrorKinds().map(([code, { action }]) => [code, action]),
  Chinese: Object.entries(CHINESE).map(([code, { action }]) => [code, action]),
} as const

describe.each(PAGES)('the pages in $language', ({ language, routes, errors, reasons }) => {
  it('say of every error its status and what to do, in the words of the code', () => {
    const documented = rowsOf(errors).filter(([, status]) => /^[45][0-9]{2}$/.test(status ?? ''))
    const actions = new Map(actionsOf[language].map(([code = '', action]) => [code, action]))
    expect(documented).toEqual(
      allErrorKinds().map(([code, { status }]) => [`\`${code}\``, String(status), actions.get(code)]),
    )
  })

  it('have every route', () => {
    const documented = rowsOf(routes)
    for (const { method, path } of ROUTES)
      expect(documented.filter(([route]) => route?.includes(`\`${method} ${path}\``) === true)).toHaveLength(
        1,
      )
  })

  it('have every type of event', () => {
    for (const page of [routes, reasons]) {
      const text = readFileSync(join(resolve(import.meta.dirname, '../..'), page), 'utf8')
      expect(Object.keys(EVENT_SCHEMAS).filter((type) => !text.includes(`\`${type}\``))).toEqual([])
    }
  })

  it('have every reason of a hold, and whether it can be accepted', () => {
    const documented = rowsOf(reasons).filter(([name]) =>
      Object.hasOwn(REASONS, name?.replaceAll('`', '') ?? ''),
    )
    expect(documented.map(([name, , answer]) => [name, answer === 'yes' || answer === '可以'])).toEqual(
      Object.keys(REASONS).map((reason) => [`\`${reason}\``, acceptable(reason)]),
    )
  })
})
