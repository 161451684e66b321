/** What a payer is to pay for, in Alipay's words. */
import { AppError } from '#shared/errors.ts'
import { given } from '#shared/given.ts'
import type { PrepayBody } from '#shared/orders/payment-channel.ts'
import { yuanOfFen } from '#shared/yuan.ts'
import { beijingText } from './beijing-time.ts'

interface Terms {
  /** Epoch ms. */
  readonly expiresAt?: number | undefined
  readonly product_code?: string | undefined
}

/** @returns the exact `biz_content`. @throws AppError `invalid_request` for a description that Alipay does not take. */
export function orderContent(
  { out_trade_no, amount, description, attach, quit_url }: PrepayBody,
  { expiresAt, product_code }: Terms,
): string {
  if (/[/=&]/.test(description)) throw wrongDescription(description)
  return JSON.stringify({
    out_trade_no,
    total_amount: yuanOfFen(amount.total),
    subject: description,
    ...given({
      product_code,
      time_expire: expiresAt === undefined ? undefined : beijingText(expiresAt),
      // Comes back as it is: encoded, no part of it can be taken for another parameter of a notification.
      passback_params: attach === undefined ? undefined : encodeURIComponent(attach),
      quit_url,
    }),
  })
}

/** A rule of Alipay's; what a notification signs could be cut in two ways with them (`signed-text.ts`). */
function wrongDescription(description: string): AppError {
  return new AppError('invalid_request', undefined, {
    fields: [
      {
        field: 'description',
        rule: 'must not have / = or &, which Alipay takes in no subject',
        received: `string of ${description.length} characters`,
      },
    ],
  })
}
