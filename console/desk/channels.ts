/** Whose order is asked for, where a stack has several channels. */
import { accountOf, accountsOf } from '#cli/stack/accounts.ts'
import type { Account } from '#cli/stack/accounts.ts'
import { findOrder } from '#cli/stack/find-order.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import type { Order } from '#shared/orders/order.ts'
import { choiceIn } from './parameters.ts'

/** The one that `provider` names; the first of the stack where it names none. @throws ConsoleError for what it does not have. */
export function accountIn(stack: StackAccess, query: URLSearchParams): Account {
  const providers = accountsOf(stack).map(({ provider }) => provider)
  return accountOf(stack, { provider: choiceIn(query, 'provider', providers) })
}

/** The orders of any number, one of each channel at most. */
export async function foundEverywhere(stack: StackAccess, number: string): Promise<readonly Order[]> {
  const found = await Promise.all(accountsOf(stack).map((account) => findOrder(stack, number, account)))
  return found.filter((order) => order !== undefined)
}
