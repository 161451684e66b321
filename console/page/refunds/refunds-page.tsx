/** Refunds of all orders. */
import type { RefundRow } from '#console/contract.ts'
import { useTexts } from '../language.tsx'
import { useList } from '../loaded.ts'
import { PageHead } from '../parts/basics.tsx'
import { ChoiceField, DayField, Filter, listPath, SearchField } from '../parts/filter.tsx'
import { ProviderField } from '../parts/provider-field.tsx'
import { ListingTable } from '../parts/listing.tsx'
import { useOften } from '../place.tsx'
import type { Route } from '../route.ts'
import { refundColumnsWithOrder } from './refund-table.tsx'

const PARAMETERS = ['provider', 'q', 'status', 'from', 'to']

export function RefundsPage({ route }: { readonly route: Route }) {
  const texts = useTexts()
  const list = useList<RefundRow>(listPath('refunds', route, PARAMETERS), useOften())
  const given = (name: string) => route.query.get(name) ?? ''
  return (
    <>
      <PageHead title={texts.refunds.title} isLoading={list.isLoading} reload={list.reload} />
      <Filter route={route}>
        <ProviderField value={given('provider')} />
        <SearchField label={texts.refunds.number} name="q" value={given('q')} hint="out_refund_no" />
        <ChoiceField
          label={texts.state}
          name="status"
          value={given('status')}
          choices={texts.states.refund}
        />
        <DayField label={texts.from} name="from" value={given('from')} />
        <DayField label={texts.to} name="to" value={given('to')} />
      </Filter>
      <ListingTable
        name={texts.refunds.title}
        list={list}
        columns={refundColumnsWithOrder(texts)}
        keyOf={({ provider, out_refund_no: number }) => `${provider} ${number}`}
        empty={<p>{texts.refunds.empty}</p>}
      />
    </>
  )
}
