/** Which way to pay the merchant's `limit_pay` leaves to the payer; `bank_type` says which one it is. */

/** A credit card, a debit card, or the payer's balance: banks write the first two at the end of their name, all else is `OTHERS`. */
function wayOf(bankType: string): 'credit' | 'debit' | 'balance' {
  if (bankType.endsWith('_CREDIT')) return 'credit'
  return bankType.endsWith('_DEBIT') ? 'debit' : 'balance'
}

/** The limit that keeps this bank type from paying, or undefined where none does. */
export function limitAgainst(limits: readonly string[], bankType: string): string | undefined {
  const way = wayOf(bankType)
  return limits.find((limit) => limit === `no_${way}` || (limit === 'balance_only' && way !== 'balance'))
}

/** A bank type that pays under these limits: the balance where it may, else a card. */
export function allowedBankType(limits: readonly string[]): string {
  const candidates = ['OTHERS', 'CMB_DEBIT', 'CMB_CREDIT']
  return candidates.find((bankType) => limitAgainst(limits, bankType) === undefined) ?? 'OTHERS'
}
