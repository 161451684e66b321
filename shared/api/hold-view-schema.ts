/** The form of the answer to a hold. */
import * as v from 'valibot'
import { OrderViewSchema } from './order-view-schema.ts'

export const HoldViewSchema = v.object({
  ...OrderViewSchema.entries,
  /** Numbers of refunds that were sent, or were about to be, before the hold: they may still go out. */
  refunds_not_stopped: v.array(v.string()),
})
export type HoldView = v.InferOutput<typeof HoldViewSchema>
