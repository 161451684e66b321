/** The bodies of `POST /v1/payments/{out_trade_no}/hold` and `…/release`. */
import * as v from 'valibot'
import { parseInput } from '#shared/api/field-problems.ts'
import { text } from '#shared/api/request-fields.ts'
import { nameOf } from '#shared/ledger/approval.ts'

/** Who decides, and it must be somebody. */
const name = v.pipe(
  text(64),
  v.check((by) => by === '' || nameOf(by) !== '', 'must have a character that can be seen'),
)
const signature = { by: name, note: text(512) }

export const HoldSchema = v.strictObject(signature)
export const ReleaseSchema = v.strictObject({
  ...signature,
  hold: text(300),
  decision: v.picklist(
    ['dismiss', 'accept', 'approve', 'refuse'],
    'must be dismiss, accept, approve or refuse',
  ),
})

export type HoldRequest = v.InferOutput<typeof HoldSchema>
export type ReleaseRequest = v.InferOutput<typeof ReleaseSchema>

/** @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseHoldRequest(body: unknown): HoldRequest {
  return parseInput(HoldSchema, body)
}

/** @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseReleaseRequest(body: unknown): ReleaseRequest {
  return parseInput(ReleaseSchema, body)
}
