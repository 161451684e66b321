/** What the page remembers of its reader in this browser: choices, and the name to sign decisions with. */
type Remembered = 'language' | 'theme' | 'name'

/** A browser that keeps nothing, as in a private window, is no reason to fail. */
export function recall(what: Remembered): string | undefined {
  try {
    return localStorage.getItem(`wxpay-console-${what}`) ?? undefined
  } catch {
    return undefined
  }
}

export function remember(what: Remembered, value: string): void {
  try {
    localStorage.setItem(`wxpay-console-${what}`, value)
  } catch {
    // It is asked for again next time.
  }
}
