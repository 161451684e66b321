/** Days compared with WeChat's bills. */
import type { DayRow, DifferenceRow } from '#console/contract-watch.ts'
import { useTexts } from '../language.tsx'
import { useList } from '../loaded.ts'
import { At, Chip, Money, PageHead } from '../parts/basics.tsx'
import { DayField, Filter, listPath } from '../parts/filter.tsx'
import { ListingTable } from '../parts/listing.tsx'
import type { Column } from '../parts/table.tsx'
import { VERDICT_TONE } from '../parts/tones.ts'
import { useOften } from '../place.tsx'
import { address, type Route } from '../route.ts'
import type { Texts } from '../texts/texts.ts'
import { DayPage } from './day-page.tsx'

export function ReconciliationPage({ route }: { readonly route: Route }) {
  const { item } = route
  return item === undefined ? <Days route={route} /> : <DayPage key={item} name={item} />
}

function Days({ route }: { readonly route: Route }) {
  const texts = useTexts()
  const list = useList<DayRow>(listPath('reconciliation', route, ['from', 'to']), useOften())
  const given = (name: string) => route.query.get(name) ?? ''
  return (
    <>
      <PageHead title={texts.reconciliation.title} isLoading={list.isLoading} reload={list.reload} />
      <Filter route={route}>
        <DayField label={texts.from} name="from" value={given('from')} />
        <DayField label={texts.to} name="to" value={given('to')} />
      </Filter>
      <ListingTable
        name={texts.reconciliation.title}
        list={list}
        columns={columnsOf(texts)}
        keyOf={({ day }) => day}
        empty={<p>{texts.reconciliation.empty}</p>}
      />
    </>
  )
}

const columnsOf = (texts: Texts): readonly Column<DayRow>[] => [
  {
    name: texts.reconciliation.day,
    show: ({ day }) => <a href={address('reconciliation', day)}>{day}</a>,
  },
  {
    name: texts.reconciliation.verdict,
    show: ({ verdict, problem }) => (
      <>
        <Chip tone={VERDICT_TONE[verdict]}>{texts.states.verdict[verdict]}</Chip>
        <span class="below">{problem}</span>
      </>
    ),
  },
  {
    name: texts.reconciliation.matched,
    isFigure: true,
    show: ({ matched }) => matched ?? texts.none,
  },
  { name: texts.reconciliation.found, show: (day) => <Differences day={day} /> },
  { name: texts.reconciliation.payments, isFigure: true, show: (day) => <Sum rows={day.payments} /> },
  { name: texts.reconciliation.refunds, isFigure: true, show: (day) => <Sum rows={day.refunds} /> },
  { name: texts.reconciliation.ran, show: ({ ran_at: at }) => <At time={at} /> },
]

const KINDS = [
  'only_at_wechat',
  'only_with_us',
  'amount_differs',
  'state_differs',
] as const satisfies readonly DifferenceRow['difference'][]

/** Each kind of difference that was found, with how many. */
function Differences({ day: { found } }: { readonly day: DayRow }) {
  const texts = useTexts()
  const counted = found === undefined ? [] : KINDS.filter((kind) => found[kind] > 0)
  if (found === undefined || counted.length === 0) return <span class="faint">{texts.none}</span>
  return (
    <ul class="plain">
      {counted.map((kind) => (
        <li key={kind}>
          {found[kind]} {texts.states.difference[kind]}
        </li>
      ))}
    </ul>
  )
}

function Sum({ rows }: { readonly rows: DayRow['payments'] }) {
  const texts = useTexts()
  if (rows === undefined) return <span class="faint">{texts.none}</span>
  return (
    <>
      <Money fen={rows.amount} />
      <span class="below">{texts.reconciliation.rows(rows.rows)}</span>
    </>
  )
}
