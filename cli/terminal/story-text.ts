/** A payment's story as people read it: a line a moment, the oldest first. */
import type { Moment } from '#console/contract.ts'
import { table } from './output.ts'

export function storyText(story: readonly Moment[]): string {
  const rows = story.map((moment) => [
    moment.at.replace('.000Z', 'Z'),
    moment.kind,
    whatOf(moment),
    moment.amount === undefined ? '' : `${moment.amount} fen`,
    detailOf(moment),
  ])
  return table(['TIME', 'KIND', 'WHAT', 'AMOUNT', 'DETAIL'], rows)
}

function whatOf(moment: Moment): string {
  const refund = moment.out_refund_no === undefined ? '' : ` ${moment.out_refund_no}`
  const state = moment.kind === 'fact' ? ` ${moment.state}` : ''
  return `${moment.what}${refund}${state}`
}

function detailOf(moment: Moment): string {
  switch (moment.kind) {
    case 'request':
      return ''
    case 'fact':
      return joined([
        `by ${moment.source}`,
        moment.transaction_id,
        moment.pending ? 'not settled yet' : undefined,
        moment.correlation_id,
      ])
    case 'decision':
      return joined([moment.hold, `by ${moment.by}`, moment.note])
    case 'refund':
      return joined([moment.refund_id, moment.failure_code])
    case 'event':
      return joined([
        `version ${moment.order_version}`,
        `refundable ${moment.refundable} fen`,
        moment.deficit === 0 ? undefined : `deficit ${moment.deficit} fen`,
        moment.holds.length === 0 ? undefined : `held: ${moment.holds.join(' ')}`,
      ])
  }
}

function joined(parts: ReadonlyArray<string | undefined>): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ')
}
