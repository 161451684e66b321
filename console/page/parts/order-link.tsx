/** The number of an order, as a way to it where this place shows orders. */
import type { Provider } from '#console/contract.ts'
import { usePlace } from '../place.tsx'
import { address } from '../route.ts'

interface OrderLinkProps {
  readonly number: string
  /** Absent: that of the place, or its first. */
  readonly provider?: Provider | undefined
}

export function OrderLink({ number, provider }: OrderLinkProps) {
  const { pages, providers = [] } = usePlace()
  if (!pages.includes('orders')) return <span>{number}</span>
  const named = provider === undefined || provider === providers[0] ? '' : provider
  return <a href={address('orders', number, { provider: named })}>{number}</a>
}
