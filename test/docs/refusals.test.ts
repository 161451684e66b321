/** Only what the table of docs/wire.md calls a refusal is one: each cell is tried, and all that it does not name. */
import { describe, expect, it } from 'vitest'
import { answerError } from '#shared/wechat/call/answer-error.ts'
import { WECHAT_OPERATIONS } from '#shared/wechat/call/refusals.ts'
import { refusalTable } from './wire-table.ts'

const TABLE = refusalTable()
/** What WeChat, proxies, firewalls and clouds answer with. */
const STATUSES = [
  202, 302, 400, 401, 402, 403, 404, 405, 409, 411, 413, 414, 418, 421, 422, 429, 431, 451, 500, 502, 503,
  504,
]

function told(operation: (typeof WECHAT_OPERATIONS)[number], status: number, code: string) {
  const body = Buffer.from(JSON.stringify({ code, message: '' }))
  const error = answerError(operation, { status, headers: {}, body })
  return error.certain ? error.code : undefined
}

describe('the table of refusals', () => {
  it('has a column for every operation and every code once', () => {
    const named = new Set(TABLE.flatMap(({ meanings }) => [...meanings.keys()]))
    expect([...named].toSorted()).toEqual([...WECHAT_OPERATIONS].toSorted())
    expect(new Set(TABLE.map(({ code }) => code)).size).toBe(TABLE.length)
  })

  it.each(TABLE.map((row) => [row.code, row] as const))(
    '%s is as it says',
    (code, { statuses, meanings }) => {
      for (const operation of WECHAT_OPERATIONS) {
        const certain = STATUSES.map((status) => [status, told(operation, status, code)] as const)
          .filter(([, meaning]) => meaning !== undefined)
          .map(([status, meaning]) => `${status} ${meaning}`)
        const meaning = meanings.get(operation)
        expect(certain).toEqual(meaning === undefined ? [] : statuses.map((status) => `${status} ${meaning}`))
        expect(told(operation, statuses[0]!, code.replaceAll('_', ''))).toBe(meaning)
      }
    },
  )

  it.each([
    'FORBIDDEN',
    'ACCESS_DENIED',
    'UNAUTHORIZED',
    'BLOCKED',
    'WAF_BLOCKED',
    'BAD_REQUEST',
    'NOT_FOUND',
    'NOTFOUND',
    'INVALID_PARAMETER',
    'REQUEST_DENIED',
    'METHOD_NOT_ALLOWED',
    'E403',
    'AUTH_ERROR',
    'PARAM_ERROR_2',
    'PARAM_ERRORS',
    'XPARAM_ERROR',
    // Of WeChat, and no refusal of what was asked.
    'SYSTEM_ERROR',
    'BANK_ERROR',
    'BIZ_ERR_NEED_RETRY',
    'BIZERR_NEED_RETRY',
    'SERVICE_UNAVAILABLE',
    'USERPAYING',
    'FREQUENCY_LIMITED',
    'RATELIMIT_EXCEEDED',
    'REFUND_FEE_MISMATCH',
    'V3_NEW_CODE',
    'CONSTRUCTOR',
    'TO_STRING',
  ])('%s refuses nothing', (code) => {
    const certain = WECHAT_OPERATIONS.flatMap((operation) =>
      STATUSES.filter((status) => told(operation, status, code) !== undefined),
    )
    expect(certain).toEqual([])
  })
})
