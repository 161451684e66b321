/** One day of reconciliation, difference by difference. */
import type { DayInFull, DifferenceRow } from '#console/contract-watch.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { At, Chip, Code, Facts, Money, PageHead, Problem, Waiting } from '../parts/basics.tsx'
import type { Tone } from '../parts/basics.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { VERDICT_TONE } from '../parts/tones.ts'
import { address } from '../route.ts'
import type { Texts } from '../texts/texts.ts'

const OUTCOME_TONE: Readonly<Record<DifferenceRow['outcome'], Tone>> = {
  healed: 'good',
  held: 'bad',
  confirmed: 'good',
  open: 'warn',
}

export function DayPage({ name }: { readonly name: string }) {
  const texts = useTexts()
  const path = `reconciliation/${encodeURIComponent(name)}`
  const { answer, problem, isLoading, reload } = useLoaded<DayInFull>(path)
  return (
    <>
      <p class="back">
        <a href={address('reconciliation')}>← {texts.back}</a>
      </p>
      <PageHead title={texts.reconciliation.dayOf(name)} isLoading={isLoading} reload={reload}>
        {answer !== undefined && (
          <Chip tone={VERDICT_TONE[answer.verdict]}>{texts.states.verdict[answer.verdict]}</Chip>
        )}
      </PageHead>
      <Problem problem={problem} />
      {answer === undefined && <Waiting isLoading={isLoading} />}
      {answer !== undefined && <Day day={answer} />}
    </>
  )
}

function Day({ day }: { readonly day: DayInFull }) {
  const texts = useTexts()
  const words = texts.reconciliation
  const sum = (rows: DayInFull['payments']) =>
    rows && (
      <>
        <Money fen={rows.amount} /> <small>{words.rows(rows.rows)}</small>
      </>
    )
  return (
    <>
      {day.problem !== undefined && <p class="explanation">{day.problem}</p>}
      <Facts
        facts={{
          [words.matched]: day.matched,
          [words.payments]: sum(day.payments),
          [words.refunds]: sum(day.refunds),
          [words.ran]: day.ran_at && <At time={day.ran_at} />,
        }}
      />
      <section>
        <h2>{words.found}</h2>
        {day.differences.length === 0 ? (
          <p class="faint">{words.noDifferences}</p>
        ) : (
          <Table name={words.found} columns={columnsOf(texts)} rows={day.differences} keyOf={keyOf} />
        )}
        {day.unlisted > 0 && <p class="faint">{words.unlisted(day.unlisted)}</p>}
      </section>
    </>
  )
}

const keyOf = ({ kind, difference, out_trade_no: order, out_refund_no: refund = '' }: DifferenceRow) =>
  [kind, difference, order, refund].join(' ')

const columnsOf = (texts: Texts): readonly Column<DifferenceRow>[] => [
  {
    name: texts.orders.order,
    show: ({ out_trade_no: order, out_refund_no: refund }) => (
      <>
        <a href={address('orders', order)}>{order}</a>
        {refund !== undefined && (
          <span class="below">
            <Code>{refund}</Code>
          </span>
        )}
      </>
    ),
  },
  { name: texts.reconciliation.kind, show: ({ kind }) => texts.states.differenceKind[kind] },
  {
    name: texts.reconciliation.difference,
    show: ({ difference }) => texts.states.difference[difference],
  },
  {
    name: texts.reconciliation.became,
    show: ({ outcome }) => (
      <Chip tone={OUTCOME_TONE[outcome]}>{texts.states.differenceOutcome[outcome]}</Chip>
    ),
  },
  { name: texts.reconciliation.billed, isFigure: true, show: ({ billed }) => <Money fen={billed} /> },
  { name: texts.reconciliation.booked, isFigure: true, show: ({ booked }) => <Money fen={booked} /> },
]
