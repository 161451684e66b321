/** Orders by any number, state, hold and time. */
import type { OrderRow } from '#console/contract.ts'
import { useTexts } from '../language.tsx'
import { useList } from '../loaded.ts'
import { At, Chip, Money, PageHead } from '../parts/basics.tsx'
import { ChoiceField, DayField, Filter, listPath, SearchField } from '../parts/filter.tsx'
import { OrderLink } from '../parts/order-link.tsx'
import { ProviderField } from '../parts/provider-field.tsx'
import { ListingTable } from '../parts/listing.tsx'
import type { Column } from '../parts/table.tsx'
import { ORDER_TONE } from '../parts/tones.ts'
import { useOften } from '../place.tsx'
import type { Route } from '../route.ts'
import type { Texts } from '../texts/texts.ts'
import { OrderPage } from './order-page.tsx'

const PARAMETERS = ['provider', 'q', 'state', 'hold', 'from', 'to']

export function OrdersPage({ route }: { readonly route: Route }) {
  if (route.item === undefined) return <OrderList route={route} />
  const provider = route.query.get('provider') ?? ''
  return <OrderPage key={`${provider} ${route.item}`} number={route.item} provider={provider} />
}

function OrderList({ route }: { readonly route: Route }) {
  const texts = useTexts()
  const list = useList<OrderRow>(listPath('orders', route, PARAMETERS), useOften())
  const given = (name: string) => route.query.get(name) ?? ''
  const reasons = Object.entries(texts.states.hold).map(([reason, [name]]) => [reason, name] as const)
  return (
    <>
      <PageHead title={texts.orders.title} isLoading={list.isLoading} reload={list.reload} />
      <Filter route={route}>
        <ProviderField value={given('provider')} />
        <SearchField label={texts.orders.number} name="q" value={given('q')} hint={texts.orders.numberHint} />
        <ChoiceField
          label={texts.state}
          name="state"
          value={given('state')}
          choices={texts.states.orderFilter}
        />
        <ChoiceField
          label={texts.orders.hold}
          name="hold"
          value={given('hold')}
          choices={Object.fromEntries(reasons)}
        />
        <DayField label={texts.from} name="from" value={given('from')} />
        <DayField label={texts.to} name="to" value={given('to')} />
      </Filter>
      <ListingTable
        name={texts.orders.title}
        list={list}
        columns={columnsOf(texts)}
        keyOf={({ provider, out_trade_no: number }) => `${provider} ${number}`}
        empty={
          <>
            <p>{texts.orders.empty}</p>
            <p class="faint">{texts.orders.emptyHint}</p>
          </>
        }
      />
    </>
  )
}

const columnsOf = (texts: Texts): readonly Column<OrderRow>[] => [
  {
    name: texts.orders.order,
    show: ({ provider, out_trade_no: number, description }) => (
      <>
        <OrderLink number={number} provider={provider} />
        <span class="below">
          {provider === 'wechat' ? description : `${texts.states.provider[provider]} · ${description ?? ''}`}
        </span>
      </>
    ),
  },
  {
    name: texts.state,
    show: ({ status }) => <Chip tone={ORDER_TONE[status]}>{texts.states.order[status]}</Chip>,
  },
  { name: texts.amount, isFigure: true, show: ({ amount }) => <Money fen={amount.total} /> },
  { name: texts.orders.refunded, isFigure: true, show: ({ refunded }) => <Money fen={refunded} /> },
  { name: texts.orders.refundable, isFigure: true, show: ({ refundable }) => <Money fen={refundable} /> },
  {
    name: texts.orders.holds,
    show: ({ holds }) =>
      holds.map((reason) => (
        <Chip key={reason} tone="bad">
          {texts.states.hold[reason][0]}
        </Chip>
      )),
  },
  { name: texts.orders.created, show: ({ created_at: at }) => <At time={at} /> },
]
