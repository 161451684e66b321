/** Refunds as rows: of one order, or of many. */
import type { RefundRow } from '#console/contract.ts'
import type { Refund } from '#client/contract/answers.ts'
import { useTexts } from '../language.tsx'
import { At, Chip, Code, Money } from '../parts/basics.tsx'
import { OrderLink } from '../parts/order-link.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { REFUND_TONE } from '../parts/tones.ts'
import type { Texts } from '../texts/texts.ts'

export function RefundTable({ refunds }: { readonly refunds: readonly Refund[] }) {
  const texts = useTexts()
  return (
    <Table
      name={texts.refunds.title}
      columns={refundColumns(texts)}
      rows={refunds}
      keyOf={({ out_refund_no: number }) => number}
    />
  )
}

const refundColumns = (texts: Texts): readonly Column<Refund>[] => [
  { name: texts.refunds.refund, show: ({ out_refund_no: number }) => <Code>{number}</Code> },
  { name: texts.state, show: (refund) => <RefundState refund={refund} texts={texts} /> },
  {
    name: texts.amount,
    isFigure: true,
    show: ({ amount }) => <Money fen={amount.refund} />,
  },
  {
    name: texts.refunds.wechatNumber,
    show: ({ refund_id: number }) => (number === undefined ? texts.none : <Code>{number}</Code>),
  },
  { name: texts.refunds.created, show: ({ created_at: at }) => <At time={at} /> },
  { name: texts.refunds.updated, show: ({ updated_at: at }) => <At time={at} /> },
]

/** With the order that each is of, for a list of many orders. */
export const refundColumnsWithOrder = (texts: Texts): readonly Column<RefundRow>[] => [
  {
    name: texts.refunds.refund,
    show: ({ provider, out_refund_no: number, out_trade_no: order }) => (
      <>
        <Code>{number}</Code>
        <span class="below">
          {texts.orders.order} <OrderLink number={order} provider={provider} />
        </span>
      </>
    ),
  },
  ...refundColumns(texts).slice(1),
]

function RefundState({ refund, texts }: { readonly refund: Refund; readonly texts: Texts }) {
  const { status, approval, failure_code: failure } = refund
  return (
    <>
      <Chip tone={REFUND_TONE[status]}>{texts.states.refund[status]}</Chip>
      {failure !== undefined && (
        <span class="below">
          {texts.refunds.failure} <Code>{failure}</Code>
        </span>
      )}
      {refund.held === 'approval' && approval !== undefined && (
        <span class="below">{texts.refunds.approval(approval.approved_by.length, approval.names)}</span>
      )}
    </>
  )
}
