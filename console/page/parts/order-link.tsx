/** The number of an order, as a way to it where this place shows orders. */
import { usePlace } from '../place.tsx'
import { address } from '../route.ts'

export function OrderLink({ number }: { readonly number: string }) {
  const { pages } = usePlace()
  return pages.includes('orders') ? <a href={address('orders', number)}>{number}</a> : <span>{number}</span>
}
