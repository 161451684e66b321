/** What WeChat sent, and what became of it. */
import type { NotificationRow } from '#console/contract-watch.ts'
import { duration } from '../format.ts'
import { useTexts } from '../language.tsx'
import { useList } from '../loaded.ts'
import { At, Chip, Code, PageHead } from '../parts/basics.tsx'
import { ChoiceField, Filter, listPath } from '../parts/filter.tsx'
import { ListingTable } from '../parts/listing.tsx'
import { OrderLink } from '../parts/order-link.tsx'
import type { Column } from '../parts/table.tsx'
import { OUTCOME_TONE } from '../parts/tones.ts'
import { useOften } from '../place.tsx'
import { address, type Route } from '../route.ts'
import type { Texts } from '../texts/texts.ts'
import { NotificationPage } from './notification-page.tsx'

export function NotificationsPage({ route }: { readonly route: Route }) {
  const { item } = route
  return item === undefined ? <NotificationList route={route} /> : <NotificationPage key={item} id={item} />
}

function NotificationList({ route }: { readonly route: Route }) {
  const texts = useTexts()
  const list = useList<NotificationRow>(listPath('notifications', route, ['outcome']), useOften())
  return (
    <>
      <PageHead title={texts.notifications.title} isLoading={list.isLoading} reload={list.reload} />
      <Filter route={route}>
        <ChoiceField
          label={texts.notifications.outcome}
          name="outcome"
          value={route.query.get('outcome') ?? ''}
          choices={texts.states.outcome}
        />
      </Filter>
      <ListingTable
        name={texts.notifications.title}
        list={list}
        columns={columnsOf(texts)}
        keyOf={({ id }) => id}
        empty={<p>{texts.notifications.empty}</p>}
      />
    </>
  )
}

const columnsOf = (texts: Texts): readonly Column<NotificationRow>[] => [
  {
    name: texts.time,
    show: ({ id, at }) => (
      <a href={address('notifications', id)}>
        <At time={at} />
      </a>
    ),
  },
  {
    name: texts.notifications.outcome,
    show: ({ outcome, explanation }) => (
      <>
        <Chip tone={OUTCOME_TONE[outcome]}>{texts.states.outcome[outcome]}</Chip>
        <span class="below">{explanation}</span>
      </>
    ),
  },
  {
    name: texts.notifications.event,
    show: ({ event_type: type }) => (type === undefined ? texts.none : <Code>{type}</Code>),
  },
  {
    name: texts.notifications.number,
    show: ({ out_trade_no: order, out_refund_no: refund }) => (
      <>
        {order === undefined ? texts.none : <OrderLink number={order} />}
        {refund !== undefined && (
          <span class="below">
            <Code>{refund}</Code>
          </span>
        )}
      </>
    ),
  },
  { name: texts.notifications.status, isFigure: true, show: ({ status }) => status ?? texts.none },
  {
    name: texts.notifications.rule,
    show: ({ rule }) => (rule === undefined ? texts.none : <code class="words">{rule}</code>),
  },
  {
    name: texts.notifications.took,
    isFigure: true,
    show: ({ duration_ms: took }) => (took === undefined ? texts.none : duration(took / 1000, texts.units)),
  },
]
